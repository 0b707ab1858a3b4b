"""The questions of exercise 8, automatic differentiation."""

from functools import partial

import numpy as np

from nncheck.answers import Function, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    choose,
    expect,
    expect_number,
    several,
    without,
)
from nnlib.checks import FloatArray
from nnlib.numdiff import central_difference

check = Exercise("exercises/08-automatic-differentiation")


@check.question(
    points=2,
    hints=[
        ("商的導數：(u′v − uv′) / v²。把 ′ 換成點就是第二個數。", "The quotient rule is (u′v − uv′) / v². Read dots for primes, and you have the second number."),
        ("`y_dot`：x 是 (2, 1)，x² 是 (4, 4)，1 + x² 是 (5, 4)。最後用你的除法。", "`y_dot`: x is (2, 1), x² is (4, 4), 1 + x² is (5, 4). Then use your division."),
    ],
    flipped=("第二個數的正負號反了：先變的是分子。", "The sign of the second number is wrong: the numerator's change comes first."),
    no_square=("第二個數的分母是 v²，不是 v。", "The second number is divided by v², not by v."),
    product=("這是乘法的規則。除法的第二項要減。", "That is the rule for a product. In a quotient, the second term is subtracted."),
    separate=("兩個導數不能直接相除。", "The derivatives cannot just be divided by each other."),
    numerator=("`y_dot`：只有分子在動。x 也在分母裡。", "`y_dot`: only the numerator moves here. There is an x below as well."),
    parts=("`y_dot`：分子、分母的導數不能直接相除。", "`y_dot`: the derivatives of numerator and denominator cannot just be divided."),
)  # fmt: skip
def q1(divide: Function, y_dot: float, rng: Generator) -> Marks:
    u, u_dot, v_dot = rng.uniform(0.5, 2.0, size=3)
    v = rng.uniform(1.5, 3.0)
    value, dot = u / v, float(central_difference(lambda t: (u + t * u_dot) / (v + t * v_dot), 0.0))
    expect(
        divide(u, u_dot, v, v_dot),
        [value, dot],
        flipped=[value, -dot],
        no_square=[value, (u_dot * v - u * v_dot) / v],
        product=[value, u_dot * v + u * v_dot],
        separate=[value, u_dot / v_dot],
    )
    yield 1
    exact = float(central_difference(lambda x: x / (1 + x**2), 2.0))
    expect_number(y_dot, exact, numerator=1 / 5, parts=1 / 4)


@check.question(
    points=3,
    hints=[
        ("從 y 往回：ȳ = 1，b̄ 是 a 的值，a 則從 y 和 b 兩邊收帳。", "Go back from y: ȳ = 1, b̄ is the value of a, and a collects from both y and b."),
        ("x₂ 用在兩個地方：a 裡一次，b 裡一次。", "x₂ is used in two places, once in a and once in b."),
    ],
    direct=("`a_bar`：只算了 y 那一條路。a 還經過 b 走到 y。", "`a_bar`: that is the path straight to y. There is another, through b."),
    through_b=("`a_bar`：只算了經過 b 的路。a 也直接乘進 y。", "`a_bar`: that is the path through b. But a is also a factor of y itself."),
    multiplied=("`a_bar`：兩條路要相加，不是相乘。", "`a_bar`: paths add; they do not multiply."),
    one_path=("`x1_bar`：用的是不完整的 a_bar。先把 a 的兩條路加好。", "`x1_bar`: that uses an incomplete a_bar. First add the two paths of a."),
    one_use=("`x2_bar`：x₂ 在 b 裡也用到一次，那一份沒有收。", "`x2_bar`: x₂ is used in b as well, and that share is missing."),
    wrong_factor=("`x2_bar`：乘的是另一個輸入的值。a = x₁x₂ 對 x₂ 的斜率是 x₁。", "`x2_bar`: the wrong input. The slope of a = x₁x₂ with respect to x₂ is x₁."),
)  # fmt: skip
def q2(a_bar: float, x1_bar: float, x2_bar: float) -> Marks:
    def y(x: FloatArray) -> float:
        return float(x[0] * x[1] * (x[0] * x[1] + x[1]))

    x1, x2 = 2.0, 3.0
    a, b = x1 * x2, x1 * x2 + x2
    at_a = float(central_difference(lambda a: a * (a + x2), a))
    expect_number(a_bar, at_a, direct=b, through_b=a, multiplied=a * b)
    yield 1
    at_x1, at_x2 = central_difference(y, [x1, x2])
    expect_number(x1_bar, at_x1, one_path=[b * x2, a * x2])
    yield 2
    expect_number(x2_bar, at_x2, one_use=[at_a * x1, b * x1, a * x1], wrong_factor=at_a * x2 + a)


@check.question(
    points=3,
    hints=[
        ("從 bar[n − 1] = 1 開始，把 edges 從最後一列往前讀。", "Begin with bar[n − 1] = 1, and read the rows of edges from the last to the first."),
        ("讀到 (i, j, s)：bar[i] 加上 bar[j] 乘 s。", "At a row (i, j, s), add bar[j] times s to bar[i]."),
    ],
    overwrites=("一個數用在好幾處，後來的蓋掉了先到的：要加，不是指定。", "A number used in several places keeps one share only: add, do not assign."),
    wrong_way=("讀的方向錯了：從第一列讀起，輪到 j 的時候，bar[j] 還是 0。", "Read the other way: from the first row on, bar[j] is still 0 when it is needed."),
    forward_mode=("這是前向模式：每個數對第 0 個數的導數。題目要的是最後一個數對每個數的。", "That is forward mode, the derivatives of each number in number 0. Asked for are those of the last number in each."),
    no_seed=("全都是 0：最後一個數對自己的導數是 1，忘了放。", "All of it is 0: the last number's derivative in itself is 1, and it was not put there."),
)  # fmt: skip
def q3(bars: Function, rng: Generator) -> Marks:
    for least, most in ((5, 8), (9, 14)):
        n = int(rng.integers(least, most))
        S = np.zeros((n, n))  # S[i, j]: the slope of number j in number i
        for j in range(1, n):
            used = {j - 1, *rng.integers(0, j, size=2).tolist()}
            for i in used:
                S[i, j] = rng.uniform(0.4, 1.6) * rng.choice([-1, 1])
        edges = np.array([(i, j, S[i, j]) for j in range(n) for i in range(j) if S[i, j]])
        last, first = np.eye(n)[n - 1], np.eye(n)[0]
        overwritten, early = last.copy(), last.copy()
        for i, j, s in reversed(edges.tolist()):
            overwritten[int(i)] = overwritten[int(j)] * s
        for i, j, s in edges.tolist():
            early[int(i)] += early[int(j)] * s
        expect(
            bars(n, edges),
            np.linalg.solve(np.eye(n) - S, last),
            overwrites=overwritten,
            wrong_way=early,
            forward_mode=np.linalg.solve(np.eye(n) - S.T, first),
            no_seed=np.zeros(n),
        )
        yield 1.5 if most < 9 else 3


@check.question(
    points=3,
    hints=[
        ("最多的時候，是剛把最後一段重算完：前面的檢查點都還在，加上這一段。", "Most is kept when the last piece has just been recomputed: all earlier checkpoints, and that piece."),
        ("一段的第一個數就是檢查點本身，不必重算，也別數兩次。", "The first number of a piece is the checkpoint itself: no need to recompute it, nor to count it twice."),
    ],
    twice=("`most`：每一段的開頭就是檢查點，數了兩次。", "`most`: the first number of a piece is its checkpoint, and was counted twice."),
    checkpoints=("`most`：只數了檢查點。重算的那一段也要留著。", "`most`: those are the checkpoints alone. The recomputed piece is kept as well."),
    no_recompute=("`steps`：那只有往前走的步數。重算也要走。", "`steps`: that is the way forward alone. Computing again takes steps, too."),
    all_again=("`steps`：檢查點不必重算，它就是留下來的那一個。", "`steps`: a checkpoint is not computed again; it is what was kept."),
    not_root=("`best`：檢查點 L / k 個，一段 k 個。哪個 k 讓和最小？", "`best`: there are L / k checkpoints and k numbers in a piece. Which k makes their sum least?"),
)  # fmt: skip
def q4(checkpointed: Function, best: float, rng: Generator) -> Marks:
    for _ in range(3):
        every, pieces = (int(k) for k in rng.integers(3, 30, size=2))
        L = every * pieces
        most, steps = several(checkpointed(L, every), 2)
        expect(most, pieces + every - 1, twice=pieces + every, checkpoints=pieces)
        yield 1
        again = L - pieces
        expect(steps, L + again, no_recompute=L, all_again=2 * L)
    yield 2
    expect_number(best, 60, 4, not_root=[1, 3600, 1800, 30, 120, 36])


@check.question(
    points=2,
    hints=[
        ("往前走一趟是 J 的一行（column），往回走一趟是一列（row）。J 有幾行、幾列？", "A pass forward is a column of J, a pass back is a row. How many of each has J?"),
        ("「沿著一個方向」正是一次 J 乘向量。", "Along one direction is just one product of J with a vector."),
    ],
    swapped=("反了：往前走一趟管一個輸入，往回走一趟管一個輸出。", "The other way round: a pass forward takes care of one input, a pass back of one output."),
    all_entries=("一趟不只得到一格，是一整行（column）或一整列（row）。", "A pass yields not one entry but a whole column or row."),
    whole=("`one_direction`：不必先有整個 J。J 乘上那個方向，一趟就好。", "`one_direction`: no need for all of J. One pass gives J times that direction."),
    back=("`one_direction`：那是往回走的趟數。往前走呢？", "`one_direction`: that is how many it takes to go back. And forward?"),
    B=("`arm`：輸出有三千個，往回就要三千趟。輸入只有三個。", "`arm`: with three thousand outputs, going back takes three thousand passes. There are only three inputs."),
    C=("`arm`：有差別：一邊三趟，一邊三千趟。", "`arm`: it does matter: three passes one way, three thousand the other."),
)  # fmt: skip
def q5(by_forward: float, by_reverse: float, one_direction: float, arm: str) -> Marks:
    expect_number(by_forward, 64, 4, swapped=10, all_entries=640)
    yield 0.5
    expect_number(by_reverse, 10, 4, swapped=64, all_entries=640)
    yield 1
    expect_number(one_direction, 1, 4, whole=64, back=10)
    yield 1.5
    choose(arm, "A", "ABC")


@check.question(
    points=2,
    hints=[
        ("E(h) = h² |f‴| / 6 + ε |f| / h。對 h 微分，令它等於 0。", "E(h) = h² |f‴| / 6 + ε |f| / h. Differentiate with respect to h and set it to 0."),
        ("h |f‴| / 3 = ε |f| / h²，所以 h³ 等於多少？", "h |f‴| / 3 = ε |f| / h², so what is h³?"),
    ],
    no_three=("差一個常數：微分之後，6 會變成 3。", "A constant is missing: differentiating turns the 6 into a 3."),
    balanced=("這是兩種誤差一樣大的 h，和不是最小。微分看看。", "At this h both errors are equal; their sum is not least. Differentiate it."),
    forward=("這是前向差分的平方根。中央差分的截斷誤差是 h²，要開立方。", "That is the square root of the forward difference. Here the truncation error is h², which calls for a cube root."),
    signed=("f 或 f‴ 是負的時候怎麼辦？誤差的大小要取絕對值。", "What if f or f‴ is negative? Errors are sizes: take absolute values."),
)  # fmt: skip
def q6(best_step: Function, rng: Generator) -> Marks:
    for signs in ((1, 1), (-1, 1), (1, -1)):
        eps = 2.0 ** -int(rng.integers(4, 12))  # a poor machine's, so that the steps are not tiny
        f, f3 = rng.uniform(0.5, 5.0, size=2) * signs
        ratio = eps * abs(f / f3)
        h = ratio ** (1 / 3) * 2.0 ** np.linspace(-1, 3, 100001)
        least = h[np.argmin(h**2 * abs(f3) / 6 + eps * abs(f) / h)]  # by trying
        expect(
            best_step(eps, f, f3),
            least,
            no_three=ratio ** (1 / 3),
            balanced=(6 * ratio) ** (1 / 3),
            forward=(3 * ratio) ** (1 / 2),
            signed=np.cbrt(3 * eps * f / f3),
        )
        if signs == (1, 1):
            yield 1
    yield 2


def valley(theta: FloatArray) -> float:
    """The chain of bent valleys that the notebook has for question 7."""
    steps = theta[1:] - theta[:-1] ** 2
    return float(np.sum((1 - theta[:-1]) ** 2) + 10 * np.sum(steps**2))


@check.question(
    points=3,
    hints=[
        ("先 `g = grad(valley(theta), theta, create_graph=True)`，再想 g · v 是什麼。", "Begin with `g = grad(valley(theta), theta, create_graph=True)`. What is g · v?"),
        ("g · v 是一個數，對 theta 再微分一次就是 Hv。", "g · v is one number; differentiate it once more in theta, and you have Hv."),
    ],
    slope=("那是 ∇C · v，一個數。還要再微分一次。", "That is ∇C · v, one number. It has to be differentiated once more."),
    gradient=("那是梯度，還沒有用到 v。", "That is the gradient; v has not been used."),
    elementwise=("梯度逐元素乘 v 不是 Hv。", "The gradient times v, element by element, is not Hv."),
    rows=("那是 H 每一列（row）的和：把 v 當成全是 1 了。", "That sums the rows of H, as if v were all ones."),
    v_squared=("v 乘了兩次：最後不必再乘 v。", "v was multiplied in twice: the second time is one too many."),
    forbidden=("`{name}` 用到了 `{used}`。這一題要自己用 `grad` 拼出來。", "`{name}` uses `{used}`. Here you are to put it together from `grad`."),
)  # fmt: skip
def q7(product: Function, rng: Generator) -> Marks:
    for D in rng.integers(3, 7, size=3):
        theta, v = rng.normal(size=(2, D))
        g = central_difference(valley, theta)
        H = hessian_of_valley(theta)
        expect(
            product(theta, v),
            H @ v,
            slope=g @ v,
            gradient=g,
            elementwise=g * v,
            rows=H.sum(axis=1),
            v_squared=H @ v * v,
        )
    yield 2
    without(product, "hvp", "jacobian", "central_difference", "forward_difference")


def hessian_of_valley(theta: FloatArray) -> FloatArray:
    """That of `valley`: a band of three diagonals."""
    D = len(theta)
    H = np.zeros((D, D))
    for i in range(D - 1):
        H[i, i] += 2 - 40 * (theta[i + 1] - 3 * theta[i] ** 2)
        H[i, i + 1] = H[i + 1, i] = -40 * theta[i]
        H[i + 1, i + 1] += 20
    return H


@check.question(
    points=2,
    hints=[
        ("`np.where` 兩邊都會算。要在開根號之前，先把 0 換成別的數。", "`np.where` computes both sides. Replace the 0 before the root is taken."),
        ("`safe = np.where(total > 0, total, 1)`，再 `np.where(total > 0, np.sqrt(safe), 0)`。", "`safe = np.where(total > 0, total, 1)`, then `np.where(total > 0, np.sqrt(safe), 0)`."),
    ],
    smoothed=("在 0 不是 NaN 了，但是長度被動了手腳：{got:.4f} 應該是 {want:.4f}。", "No NaN at 0 any more, but the length has been tampered with: {got:.4f} should be {want:.4f}."),
    squared=("那是長度平方的梯度。", "That is the gradient of the squared length."),
    halved=("梯度少了 2：x² 的導數是 2x，和根號的 ½ 抵消。", "A factor 2 is missing: the derivative of x² is 2x, and cancels the ½ of the root."),
    still=("在 0 還是 NaN：沒選到的那一邊，導數是無限大，乘上 0 就是 NaN。", "Still NaN at 0: on the side that is not chosen the derivative is infinite, and times 0 that is NaN."),
)  # fmt: skip
def q8(length: Function, rng: Generator) -> Marks:
    for D in rng.integers(2, 7, size=2):
        x = rng.normal(size=D)
        value, gradient = several(length(x), 2)
        want = float(np.linalg.norm(x))
        expect(gradient, x / want, squared=2 * x, halved=x / (2 * want))
        smoothed(value, want)
    yield 1
    for D in rng.integers(2, 7, size=2):
        value, gradient = several(length(np.zeros(D)), 2)
        if is_nan(gradient):
            raise Mistake("still")
        smoothed(value, 0.0)
        expect(gradient, np.zeros(D))
    yield 2


def is_nan(got: object) -> bool:
    return isinstance(got, np.ndarray) and got.dtype.kind == "f" and bool(np.isnan(got).any())


def smoothed(value: object, want: float) -> None:
    """Raise Mistake for a length that is right but for something small added on the way."""
    if isinstance(value, float | np.ndarray) and np.size(value) == 1:
        got = float(np.ravel(value)[0])
        if 1e-6 < abs(got - want) < 0.2 * max(want, 1):
            raise Mistake("smoothed", got=got, want=want)
    expect(value, want)


@check.question(
    points=2,
    hints=[
        ("`.backward()` 不是指定，是加進去。", "`.backward()` does not assign, it adds."),
        ("`detach()` 的那一份是常數，導數只剩另一份。", "What `detach()` returns is a constant; only the other factor has a derivative."),
    ],
    fresh=("`twice`：那是一次的。第二次的加在第一次上面。", "`twice`: that is one of them. The second is added to the first."),
    uncut=("`cut`：那是 w² 的導數。有一個 w 是常數了。", "`cut`: that is the derivative of w². One of the two is a constant here."),
    nothing=("`cut`：只切斷了一個，另一個 w 還連著。", "`cut`: one of them is cut off, the other is still attached."),
    A=("`middle`：中間的張量，PyTorch 不替它留梯度。", "`middle`: PyTorch keeps no gradient for an intermediate tensor."),
    C=("`middle`：不是 0，是沒有。要先 `a.retain_grad()`。", "`middle`: not 0, but nothing at all. It takes `a.retain_grad()` first."),
    true_slope=("`kink`：函數的斜率是 1，但是程式在 0 的兩個 ReLU 都取了 0。", "`kink`: the function's slope is 1, but at 0 both ReLUs of the program take 0."),
    both=("`kink`：兩個 ReLU 在 0 的斜率各取 0，不是各取 1。", "`kink`: at 0 each ReLU takes the slope 0, not 1."),
)  # fmt: skip
def q9(twice: float, cut: float, middle: str, kink: float) -> Marks:
    expect_number(twice, 12, fresh=6)
    yield 0.5
    expect_number(cut, 3, uncut=6, nothing=0)
    yield 1
    choose(middle, "B", "ABC")
    yield 1.5
    expect_number(kink, 0, true_slope=1, both=2)


@check.question(
    points=3,
    hints=[
        ("`P = softmax(X @ W.T)`，梯度是 `(P - Y).T @ X / N`，和第 7 章的最後一層一樣。", "With `P = softmax(X @ W.T)` the gradient is `(P - Y).T @ X / N`, as in the last layer of chapter 7."),
        ("θ 動 v，logit 動 `X @ V.T`，P 動多少？那就是 Hv 的 `P - Y`。", "When θ moves by v, the logits move by `X @ V.T`. How does P move? That takes the place of `P - Y` in Hv."),
    ],
    no_mean=("少了除以 N。", "It is not divided by N."),
    upright=("轉置了：`theta` 是 (K, D) 攤平的，`g` 和 `Hv` 也要照這個順序。", "It is transposed: `theta` is (K, D) made flat, and `g` and `Hv` have to be in that order."),
    softmax_forgotten=("`Hv`：softmax 也要微分。P 不是 logit。", "`Hv`: the softmax has a derivative, too. P is not the logits."),
    diagonal=("`Hv`：一個 logit 動，每一類的機率都跟著動，不只自己那一類。", "`Hv`: when one logit moves, the probabilities of all classes do, not just of its own."),
)  # fmt: skip
def q10(gradient_and_product: Function, rng: Generator) -> Marks:
    for N, D, K in rng.integers(3, 7, size=(3, 3)):
        X, W, V = rng.normal(size=(N, D)), rng.normal(size=(K, D)), rng.normal(size=(K, D))
        y = rng.integers(0, K, size=N)
        P = np.exp(X @ W.T) / np.exp(X @ W.T).sum(axis=1, keepdims=True)
        Y, dZ = np.eye(K)[y], X @ V.T

        g = central_difference(partial(cross_entropy, X=X, y=y), W.ravel())
        Hv = ((P * (dZ - (P * dZ).sum(axis=1, keepdims=True))).T @ X / N).ravel()
        got_g, got_Hv = several(gradient_and_product(W.ravel(), V.ravel(), X, y), 2)
        expect(got_g, g, no_mean=N * g, upright=((P - Y).T @ X / N).T.ravel())
        yield 1
        expect(
            got_Hv,
            Hv,
            no_mean=N * Hv,
            upright=Hv.reshape(K, D).T.ravel(),
            softmax_forgotten=(dZ.T @ X / N).ravel(),
            diagonal=((P * (1 - P) * dZ).T @ X / N).ravel(),
        )
    yield 3


def cross_entropy(theta: FloatArray, X: FloatArray, y: FloatArray) -> float:
    """The mean of softmax regression without biases; theta is W (K, D), made flat."""
    Z = X @ theta.reshape(-1, X.shape[1]).T
    return float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[range(len(y)), y]))
