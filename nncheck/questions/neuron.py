"""The questions of exercise 2, the neuron."""

from collections.abc import Callable
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from nncheck.answers import Function, Lines, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    agree,
    choose,
    expect,
    lengths,
    no_loop,
    passing_over,
    several,
    shaped,
)
from nnlib.activations import logistic, step
from nnlib.checks import FloatArray
from nnlib.neuron import Neuron
from nnlib.numdiff import central_difference

check = Exercise("exercises/02-neuron")


@check.question(
    points=2,
    hints=[
        ("委員的權重都取 1，加權和就是票數。票數 k 要過、k − 1 不能過：門檻放在哪裡？", "Give each member the weight 1, and the weighted sum counts votes. k must pass and k − 1 must not: where does the threshold go?"),
        ("否決要擋得住最多的票：D 票全贊成，再加上否決，z 也不能大於 0。", "The veto must hold against the most votes there can be: with all D in favor and a veto, z must not be above 0."),
    ],
    unanimous=("要全體贊成才輸出 1，不是至少 k 個。", "It takes all members to give 1, not k of them."),
    anyone=("只要一個委員贊成就輸出 1 了。", "A single member in favor is enough for a 1."),
    strict=("剛好 k 票的時候沒有過：至少 k 個，k 個就夠。", "Exactly k votes do not pass. At least k means that k are enough."),
    lenient=("k − 1 票就過了：門檻要放在 k − 1 和 k 之間。", "k − 1 votes pass already: the threshold belongs between k − 1 and k."),
    constant=("不管怎麼投票，輸出都一樣。偏置是負的門檻，看看它的正負號。", "The output is the same for every vote. The bias is minus the threshold: look at its sign."),
    ignored=("主席的否決沒有作用。", "The veto has no effect."),
    weak=("有 {votes} 個委員贊成的時候，否決擋不住。抑制的權重要夠大。", "With {votes} members in favor the veto does not hold. The weight that inhibits must be larger."),
    vote=("主席的否決成了一張贊成票。", "The veto counts as a vote in favor."),
    table=("{votes} 個委員贊成、{veto} 個否決的時候，應該輸出 {want}，你的是 {got}。", "With {votes} members in favor and {veto} vetoes the output must be {want}; yours is {got}."),
)  # fmt: skip
def q1(council: Function, rng: Generator) -> None:
    D = int(rng.integers(5, 8))
    k = int(rng.integers(3, D - 1))
    w, b = several(council(D, k), 2)
    decides(w, b, D, k)


@passing_over
def decides(w: npt.ArrayLike, b: npt.ArrayLike, D: int, k: int) -> None:
    """Raise Mistake unless the neuron gives 1 for k of D votes or more, without a veto."""
    expect(w, w if np.shape(w) == (D + 1,) else np.zeros(D + 1))
    expect(b, b if np.size(b) == 1 else 0.0)
    inputs = np.array(list(product([0, 1], repeat=D + 1)))
    votes, veto = inputs[:, :-1].sum(axis=1), inputs[:, -1] == 1
    want = (votes >= k) & ~veto
    got = Neuron(w, float(np.ravel(b)[0]), step)(inputs) == 1
    known = {
        "unanimous": (votes == D) & ~veto,
        "anyone": (votes > 0) & ~veto,
        "strict": (votes > k) & ~veto,
        "lenient": (votes >= k - 1) & ~veto,
        "ignored": votes >= k,
        "vote": votes + veto >= k,
    }
    if (got == want).all():
        return
    if got.all() or not got.any():
        raise Mistake("constant")
    for code, table in known.items():
        if (got == table).all():
            raise Mistake(code)
    if (got == want)[~veto].all():
        raise Mistake("weak", votes=votes[veto & got].min())
    first = int(np.argmax(got != want))
    state = {"votes": votes[first], "veto": int(veto[first])}
    raise Mistake("table", want=int(want[first]), got=int(got[first]), **state)


@check.question(
    points=2,
    hints=[
        ("線上每一點的 z 都是 0：2x₁ − x₂ + 0.5 = 0。", "Every point of the line has z = 0: 2x₁ − x₂ + 0.5 = 0."),
        ("從這條式子解出 x₂，再把 `x1` 整排代進去。", "Solve it for x₂, then put in the whole range `x1`."),
    ],
    todo=("圖上還沒有線。用 `ax_line.plot(x1, …)` 畫。", "There is no line yet. Draw it with `ax_line.plot(x1, …)`."),
    many=("圖上有 {got} 條線，只要一條。", "There are {got} lines in the plot; draw one."),
    short=("線太短：x₁ 要從 −1 畫到 2。", "The line is too short: it must reach from x₁ = −1 to x₁ = 2."),
    bias=("斜率對，位置不對：偏置的正負號反了。", "The slope is right, the place is not: the sign of the bias is wrong."),
    origin=("斜率對，但是線穿過原點：少了偏置。", "The slope is right, but the line runs through the origin: the bias is missing."),
    sign=("斜率的正負號反了：移項會變號。", "The slope has the wrong sign: a term that changes sides changes its sign."),
    normal=("這條線順著 w 走。w 是法向量，決策線和它垂直。", "This line runs along w. But w is the normal: the decision line is perpendicular to it."),
    swapped=("w₁ 和 w₂ 對調了。解出 x₂ 時，除的是 x₂ 的權重。", "w₁ and w₂ are swapped. To solve for x₂, divide by the weight of x₂."),
    other=("你的線通過 ({x1:.2f}, {x2:.2f})，那裡的 z 是 {z:.2f}，不是 0。", "Your line passes through ({x1:.2f}, {x2:.2f}), where z is {z:.2f} and not 0."),
)  # fmt: skip
def q2(ax_line: Lines) -> None:
    line = Neuron([2.0, -1.0], 0.5, step)
    if len(ax_line) != 1:
        raise Mistake("many" if ax_line else "todo", got=len(ax_line))
    x1 = ax_line[0][:, 0]
    if len(x1) < 2 or x1.min() > -1 or x1.max() < 2:
        raise Mistake("short")
    z = line.net_input(ax_line[0])
    worst = np.argmax(np.abs(z))
    if abs(z[worst]) > 1e-6:
        slope, start = np.polyfit(ax_line[0][:, 0], ax_line[0][:, 1], 1).round(6)
        parallel = {-0.5: "bias", 0.0: "origin"}.get(start, "other")
        turned = {-2.0: "sign", -0.5: "normal", 0.5: "swapped"}.get(slope, "other")
        x1, x2 = ax_line[0][worst]
        raise Mistake(parallel if slope == 2.0 else turned, x1=x1, x2=x2, z=z[worst])


@check.question(
    points=3,
    hints=[
        ("式 (2.5) 的距離帶正負號：y = 1 的點要在正的一側，y = 0 的點要在負的一側。怎麼把兩種情形寫成一種？", "The distance of Eq. (2.5) has a sign: points with y = 1 belong on the positive side, those with y = 0 on the negative. How can both cases be written as one?"),
        ("2y − 1 把 1、0 變成 +1、−1。乘上距離，對的就是正的、錯的就是負的；再取最小的。", "2y − 1 turns 1 and 0 into +1 and −1. Times the distance, right is positive and wrong negative; then take the smallest."),
    ],
    no_norm=("少了除以 w 的長度：z 不是距離，把 w 和 b 乘以 10，z 就大 10 倍，點卻沒有動。", "Divide by the length of w: z is no distance. Multiply w and b by 10, and z is 10 times as large, though no point has moved."),
    no_side=("正負號看錯了：對 y = 0 的點，z 是負的才對。", "The sign is off: for a point with y = 0 a negative z is right."),
    unsigned=("這是離線最近的距離，不管分對分錯。有一筆分錯，答案就該是負的。", "That is the distance to the nearest point, right or wrong. With a point on the wrong side the answer must be negative."),
    zero_one=("乘上 y 的話，y = 0 的點都變成 0 了。要的是 +1 和 −1。", "Times y, every point with y = 0 becomes 0. You need +1 and −1."),
    mean=("這是平均，要的是最近的那一筆。", "That is the mean; asked is the nearest."),
    furthest=("這是最大的。要的是最小的。", "That is the largest; asked is the smallest."),
    squared=("除以長度的平方了。", "That divides by the square of the length."),
    with_bias=("b 也算進長度裡了。線的方向只由 w 決定。", "b has been counted in the length. The direction of the line is a matter of w alone."),
)  # fmt: skip
def q3(margin: Function, rng: Generator) -> Marks:
    N, D = lengths(rng, 2, 3)
    w, b = rng.normal(size=D), float(rng.uniform(0.7, 1.5))
    w *= 2 / np.sqrt(np.sum(w**2))
    for wrong in (0, 1):
        X = rng.normal(size=(N, D))
        X[0], X[1] = w / 2, -w  # one on either side
        z = X @ w + b
        y = (z > 0).astype(float)
        y[:wrong] = 1 - y[:wrong]
        unit = w / np.sqrt(np.sum(w**2))
        steps = [unit @ (x + w * b / np.sum(w**2)) for x in X]  # along w, from the line's foot
        each = np.where(y == 1, steps, np.negative(steps))
        sided = (2 * y - 1) * z
        expect(
            margin(w, b, X, y),
            each.min(),
            no_norm=sided.min(),
            no_side=np.min(steps),
            unsigned=np.abs(each).min(),
            zero_one=(y * np.array(steps)).min(),
            mean=each.mean(),
            furthest=each.max(),
            squared=sided.min() / np.sum(w**2),
            with_bias=sided.min() / np.sqrt(np.sum(w**2) + b**2),
        )
        yield 1 + wrong
    no_loop(margin, (w, b, X, y), (w, b, np.tile(X, (8, 1)), np.tile(y, 8)))


@check.question(
    points=3,
    hints=[
        ("對照第 2 章「程式」那一欄：`Z = X @ W.T + b`，再通過 σ。", "Look at the column “code” of chapter 2: `Z = X @ W.T + b`, then σ."),
        ("`X @ W.T` 的形狀是 (N, M)，加上形狀 (M,) 的 b，NumPy 會把 b 加到每一列（row）。", "`X @ W.T` has shape (N, M). Add b of shape (M,), and NumPy adds it to every row."),
    ],
    no_transpose=("`X @ W` 少了轉置：W 的每一列（row）才是一個神經元。", "`X @ W` lacks the transpose: the rows of W are the neurons."),
    no_bias=("少了偏置 b。", "The bias b is missing."),
    minus_bias=("偏置是加的，不是減的。", "The bias is added, not subtracted."),
    net_input=("這是淨輸入 Z，還沒通過 σ。", "This is the net input Z: σ is still to come."),
    hard=("這是階梯函數的 0 和 1，題目要的是 σ。", "These are the 0s and 1s of the step; the question asks for σ."),
    upright=("轉置了：每筆資料應該是一列（row），形狀 (N, M)。", "It is transposed: each sample must be a row, in shape (N, M)."),
    bias_of_samples=("b 加錯方向了：每個神經元有自己的偏置，不是每筆資料。", "b is added along the wrong axis: each neuron has its bias, not each sample."),
)  # fmt: skip
def q4(layer: Function, rng: Generator) -> Marks:
    n = int(rng.integers(3, 6))
    X, W, b = rng.normal(size=(n, n)), rng.normal(size=(n, n)), rng.normal(size=n)
    Z = X @ W.T + b  # all lengths are the same, so that no wrong order raises an error
    expect(
        layer(X, W, b),
        logistic(Z),
        no_transpose=logistic(X @ W + b),
        no_bias=logistic(X @ W.T),
        minus_bias=logistic(X @ W.T - b),
        net_input=Z,
        hard=step(Z),
        upright=logistic(Z.T),
        bias_of_samples=logistic(X @ W.T + b[:, None]),
    )
    N, M, D = lengths(rng, 3)
    X, W, b = rng.normal(size=(N, D)), rng.normal(size=(M, D)), rng.normal(size=M)
    expect(layer(X, W, b), logistic(X @ W.T + b))
    yield 2
    no_loop(layer, (X, W, b), (np.tile(X, (8, 1)), np.tile(W, (8, 1)), np.tile(b, 8)))


@check.question(
    points=3,
    hints=[
        ("該是 1 卻猜 0 的時候，`error` 應該是 +1。把它印出來看看。", "When the neuron says 0 and should say 1, `error` must be +1. Print it."),
        ("`errors` 數的是沿路的錯，每次用的是當時的線。口袋裡要比的是週期結束時的那條線：整份資料再看一遍，它錯幾筆？", "`errors` counts mistakes on the way, each by the line of that moment. What competes for the pocket is the line at the end of the epoch: over all the data, how often is it wrong?"),
    ],
    todo=("程式還是原來的樣子。找出兩個錯，改好再執行一次。", "The code is as it was given. Find the two mistakes, mend them, run the cell again."),
    sign=("權重往反方向改了：式 (2.9) 是 y − ŷ。", "The weights move the wrong way: Eq. (2.9) has y − ŷ."),
    bias_sign=("w 改對了，b 還是往反方向走。", "w is right now, but b still moves the wrong way."),
    bias_fixed=("w 改對了，但是 b 沒有跟著改。", "w is right, but b is never changed."),
    along=("更新對了。可是沿路數的錯，不是週期結束時那條線的錯：數完一筆，線又動了。", "The updates are right. But mistakes counted on the way are not those of the line at the end of the epoch: after each of them the line moves on."),
    one_pass=("整個週期都用開頭的 w 去猜。感知器每看一筆就改一次，下一筆要用新的 w。", "The whole epoch is judged with its first w. The perceptron changes w at each sample, and the next one meets the new w."),
    last=("傳回的是最後一條線，不是口袋裡的。", "What is returned is the last line, not the one in the pocket."),
    later=("一樣少的時候，要留先來的。", "Of lines that are wrong equally often, keep the first."),
    line_only=("線對了，次數不對：要的是這條線在整份資料上錯幾筆。", "The line is right, the count is not: over all the data, how often is this line wrong?"),
)  # fmt: skip
def q5(pocket: Function, rng: Generator) -> Marks:
    N, D = 4 + lengths(rng, 1, 12, 20)[0], int(rng.integers(2, 5))
    epochs, start = 6, (rng.normal(size=D), float(rng.normal()))
    while True:
        X, y = rng.normal(size=(N, D)), rng.integers(0, 2, N).astype(float)
        w, b, fewest = pocketed(*start, X, y, epochs)
        variants = {
            "todo": pocketed(*start, X, y, epochs, to_w=-1, to_b=-1, along=True),
            "sign": pocketed(*start, X, y, epochs, to_w=-1, to_b=-1),
            "bias_sign": pocketed(*start, X, y, epochs, to_b=-1),
            "bias_fixed": pocketed(*start, X, y, epochs, to_b=0),
            "along": pocketed(*start, X, y, epochs, along=True),
            "one_pass": pocketed(*start, X, y, epochs, online=False),
            "last": pocketed(*start, X, y, epochs, keep=lambda new, old: True),
            "later": pocketed(*start, X, y, epochs, keep=lambda new, old: new <= old),
        }
        lines = [np.array([*each[0], each[1]]) for each in (*variants.values(), (w, b, fewest))]
        if all(not agree(p, q) for p, q in combinations(lines, 2)):
            break
    got_w, got_b, got_fewest = several(pocket(*start, X, y, epochs), 3)
    for code in ("todo", "sign", "bias_sign", "bias_fixed", "one_pass"):
        if agree(got_w, variants[code][0]):
            raise Mistake(code)
    if agree(got_w, variants["along"][0]):
        yield 1  # the updates are right
    expect(got_w, w, **{code: variants[code][0] for code in ("along", "last", "later")})
    expect(got_b, b)
    yield 2
    if np.size(got_fewest) == 1 and not agree(float(np.ravel(got_fewest)[0]), fewest):
        raise Mistake("line_only")
    expect(got_fewest, fewest)


def pocketed(
    w: FloatArray,
    b: float,
    X: FloatArray,
    y: FloatArray,
    epochs: int,
    *,
    to_w: float = 1,
    to_b: float = 1,
    online: bool = True,
    along: bool = False,
    keep: Callable[[float, float], bool] = lambda new, old: new < old,
) -> tuple[FloatArray, float, float]:
    """The pocket algorithm, or one with a mistake in it."""
    best, fewest = (w, b), np.inf
    for _ in range(epochs):
        (v, c), found = (w, b), 0
        for x_n, y_n in zip(X, y, strict=True):
            v, c = (w, b) if online else (v, c)
            error = float(y_n - (v @ x_n + c > 0))
            w, b = w + to_w * error * x_n, b + to_b * error
            found += error != 0
        wrong = found if along else int(np.sum((X @ w + b > 0) != y))
        if keep(wrong, fewest):
            best, fewest = (w, b), wrong
    return *best, fewest


@check.question(
    points=2,
    hints=[
        ("乘以 −1 之後，新的淨輸入是 −z。−z > 0 的時候，z 是多少？", "After the change the net input is −z. When is −z > 0?"),
        ("再看 z = 0 這個剛好的情形：階梯函數在 0 輸出什麼？", "And the borderline case z = 0: what does the step give there?"),
    ],
    A=("c > 0 才不變。c = −1 會把不等式的方向轉過來。", "That holds for c > 0. With c = −1 the inequality turns round."),
    B=("差一點：線上的點 z = 0，乘以 −1 還是 0。", "Nearly: on the line z = 0, and −1 times 0 is still 0."),
    D=("階梯函數只看 z 的正負，不看大小。", "The step only looks at the sign of z, not at its size."),
    off_line=("選對了，但是在你的 `x_same`，z = {z:.3g}，乘以 −1 之後輸出會翻過來。", "The choice is right, but at your `x_same` z = {z:.3g}, so the output flips."),
)  # fmt: skip
def q6(after_flip: str, x_same: FloatArray) -> Marks:
    choose(after_flip, "C", "ABCD")
    yield 1
    shaped(x_same, 2)
    z = float(x_same.sum() - 1)
    if abs(z) > 1e-9:
        raise Mistake("off_line", z=z)


@check.question(
    points=2,
    hints=[
        ("最難的是 |z| = gap：那裡過了，更大的 |z| 都過。兩側對稱，看一側就好。", "The hardest case is |z| = gap. If it holds there, it holds further out. Both sides are alike, so look at one."),
        ("從 σ(c · gap) ≥ 1 − off 解 c。σ 的反函數是 log(p / (1 − p))，log 是自然對數。", "Solve σ(c · gap) ≥ 1 − off for c. The inverse of σ is log(p / (1 − p)), with the natural logarithm."),
    ],
    unit_gap=("這是 gap = 1 的答案。傳進 σ 的是 c 乘上 gap。", "That is the answer for gap = 1. What goes into σ is c times gap."),
    product=("乘成 gap 了：解 c 的時候要除。", "That multiplies by gap; to solve for c, divide."),
    base_ten=("用成 log₁₀ 了。e 的反函數是自然對數 `np.log`。", "That is log₁₀. The inverse of e to a power is the natural logarithm, `np.log`."),
    no_rest=("1 − off 當成 1 了：σ 的反函數是 log(p / (1 − p))，p = 1 − off。", "That takes 1 − off for 1: the inverse of σ is log(p / (1 − p)), with p = 1 − off."),
    rounded_down=("取整數時往下了：這個 c 還差一點點。", "It was rounded down: this c falls just short."),
    not_whole=("算式對，題目要整數。", "The formula is right; the question asks for a whole number."),
    minus=("正負號反了：c 要大於 0。", "The sign is wrong: c must be above 0."),
    too_large=("夠陡了，但不是最小的：c = {c:g} 就夠。", "Steep enough, but not the smallest: c = {c:g} will do."),
    too_small=("不夠陡：gap = {gap:.3f}、off = {off:.3f} 時，σ(cz) 和階梯還差 {still:.3f}。", "Not steep enough: for gap = {gap:.3f} and off = {off:.3f}, σ(cz) is still {still:.3f} away from the step."),
)  # fmt: skip
def q7(steepness: Function, rng: Generator) -> None:
    while True:  # whatever is rounded up has room
        gap, off = (float(each) for each in rng.uniform((0.03, 0.05), (0.06, 0.2)))
        right = next(c for c in range(1, 200) if 1 - logistic(c * gap) <= off)
        exact = np.log((1 - off) / off) / gap
        if 0.1 < right - exact < 0.9 and np.ceil(np.log(1 / off) / gap) > right:
            break
    is_smallest(steepness(gap, off), gap, off, exact)


@passing_over
def is_smallest(got: npt.ArrayLike, gap: float, off: float, exact: float) -> None:
    right = int(np.ceil(exact))
    expect(got, got if np.size(got) == 1 else right)
    c = float(np.ravel(got)[0])
    others = {
        "unit_gap": exact * gap,
        "product": exact * gap**2,
        "base_ten": exact / np.log(10),
        "no_rest": np.log(1 / off) / gap,
    }
    known: dict[str, tuple[float, ...]] = {
        code: (number, np.ceil(number)) for code, number in others.items()
    }
    known |= {"rounded_down": (right - 1,), "not_whole": (exact,)}
    for code, values in known.items():
        if np.isclose(c, values, rtol=0, atol=1e-3).any():
            raise Mistake(code)
    if c != right:
        code = "minus" if c < 0 else "too_large" if c > right else "too_small"
        raise Mistake(code, c=right, gap=gap, off=off, still=1 - logistic(c * gap))


@check.question(
    points=4,
    hints=[
        ("先寫一筆的：式 (2.11) 是三個因子相乘。這一筆在平均裡佔 cₙ / Σ c。", "Begin with one sample: Eq. (2.11) is a product of three factors. In the mean this sample has the share cₙ / Σ c."),
        ("D = c (ŷ − y) σ′(z) / c.sum()，形狀 (N,)。那麼 dw = `D @ X`，db = `D.sum()`。", "D = c (ŷ − y) σ′(z) / c.sum() has shape (N,). Then dw = `D @ X` and db = `D.sum()`."),
    ],
    no_weights=("沒有用到 c：每一筆一樣重要。", "c does not enter: every sample counts the same."),
    no_mean=("大了 Σ c 倍：加權平均要除以權重的和。", "Σ c times too large: a weighted mean is divided by the sum of its weights."),
    by_count=("除的是 N。加權平均要除以 Σ c。", "That divides by N. A weighted mean is divided by Σ c."),
    no_slope=("少了 σ′(z)。只有 ŷ − y 的，是式 (2.14)，那是另一個損失。", "σ′(z) is missing. With ŷ − y alone it is Eq. (2.14), for another loss."),
    at_a=("σ′ 代錯地方了：要代 z，不是代 a = σ(z)。", "σ′ is taken at the wrong place: at z, not at a = σ(z)."),
    sign=("正負號反了：是 ŷ − y，不是 y − ŷ。", "The sign is wrong: it is ŷ − y, not y − ŷ."),
    twice=("大了 2 倍：損失前面有 ½，微分後剛好消掉 2。", "Twice too large: the ½ before the square cancels the 2 of its derivative."),
    per_sample=("還是一筆一個值，沒有對 N 筆加總。", "There is still one value for each sample: sum over the N of them."),
    no_inputs=("`dw` 少了輸入：z 對 w_d 的變化率是 x_d。", "`dw` lacks the input: z changes with w_d at the rate x_d."),
    bias_inputs=("`db` 多乘了輸入：z 對 b 的變化率是 1。", "`db` has the input in it: z changes with b at the rate 1."),
)  # fmt: skip
def q8(gradient: Function, rng: Generator) -> Marks:
    N, D = lengths(rng, 2, 3, 7)
    X, y, c = rng.normal(size=(N, D)), rng.random(N), rng.uniform(0.5, 3, N)
    w, b = rng.normal(size=D), float(rng.normal())

    def cost(w: FloatArray, b: float) -> float:
        return float(np.average((Neuron(w, b, logistic)(X) - y) ** 2, weights=c) / 2)

    neuron = Neuron(w, b, logistic)
    z, a = neuron.net_input(X), neuron(X)
    share = c / c.sum()
    each = share * (a - y) * logistic.df(z)
    plain = (a - y) * logistic.df(z) / N
    no_slope, at_a = share * (a - y), share * (a - y) * logistic.df(a)
    got_w, got_b = several(gradient(w, b, X, y, c), 2)
    dw = central_difference(lambda w: cost(w, b), w)
    expect(
        got_w,
        dw,
        no_weights=plain @ X,
        no_mean=c.sum() * dw,
        by_count=c.sum() / N * dw,
        no_slope=no_slope @ X,
        at_a=at_a @ X,
        sign=-dw,
        twice=2 * dw,
        per_sample=each[:, None] * X,
        no_inputs=each.sum(),
    )
    yield 2
    db = central_difference(lambda b: cost(w, float(b)), b)
    expect(
        got_b,
        db,
        no_weights=plain.sum(),
        no_mean=c.sum() * db,
        by_count=c.sum() / N * db,
        no_slope=no_slope.sum(),
        at_a=at_a.sum(),
        sign=-db,
        twice=2 * db,
        per_sample=each,
        bias_inputs=dw,
    )
    yield 3
    few = (w, b, X, y, c)
    no_loop(gradient, few, (w, b, np.tile(X, (8, 1)), np.tile(y, 8), np.tile(c, 8)))


@check.question(
    points=2,
    hints=[
        ("式 (2.14)：每個分量都是同一個 ŷ − y，乘上自己的 x_d。", "Eq. (2.14): each component is the same ŷ − y times its own x_d."),
        ("從第一個分量算出 ŷ − y，再乘上其餘的輸入。", "Find ŷ − y from the first component, then multiply it by the other inputs."),
    ],
    sign=("正負號反了：x_d 都是正的，每個分量都和 ŷ − y 同號。", "The sign is wrong: every x_d is positive, so all components share the sign of ŷ − y."),
    inverse=("比例反了：輸入大 4 倍，分量也大 4 倍。", "The ratio is upside down: an input 4 times as large has a component 4 times as large."),
    common=("ŷ − y 是共同的，但是還要乘上各自的 x_d。", "ŷ − y is common to all, but each is multiplied by its own x_d."),
    copied=("第一個分量不能直接抄：每個分量的 x_d 不同。", "The first component does not carry over: each has an x_d of its own."),
    all_of_them=("第一個分量已經有了，題目只要其餘的。", "The first component is known; the question asks for the others alone."),
    A=("學習率乘在整個梯度上，改不了各分量的正負號。", "The learning rate multiplies the whole gradient and cannot change the sign of one component."),
    C=("b 的梯度是 ŷ − y，和 w 的各分量同號，一樣一起動。", "The gradient of b is ŷ − y: it has the same sign and moves along with the weights."),
    D=("logistic 換成階梯，變的是 ŷ，不是 x_d 的正負號。", "With a step in place of the logistic, ŷ changes, but not the sign of any x_d."),
)  # fmt: skip
def q9(others: Function, way_out: str, rng: Generator) -> Marks:
    D = int(rng.integers(3, 7))
    x, error = rng.uniform(0.3, 3, D), float(rng.choice([-1, 1]) * rng.uniform(0.2, 0.9))
    x[0] = 0.5
    first = error * float(x[0])
    want = error * x[1:]
    expect(
        others(x, first),
        want,
        sign=-want,
        inverse=first * x[0] / x[1:],
        common=np.full(D - 1, error),
        copied=np.full(D - 1, first),
        all_of_them=error * x,
    )
    yield 1
    choose(way_out, "B", "ABCD")


@check.question(
    points=4,
    hints=[
        ("一個輸入的時候，H 是 2 × 2：對角線是 x² 的平均和 1，其餘兩格是 x 的平均。x² 的平均是 m² + s²。", "With one input H is 2 × 2: on its diagonal the mean of x² and 1, and the mean of x in the other two places. The mean of x² is m² + s²."),
        ("特徵值（eigenvalue）λ 滿足 λ² − Tλ + P = 0，T 是對角線的和，P 是行列式，這裡是 s²。", "The eigenvalues satisfy λ² − Tλ + P = 0, where T is the sum of the diagonal and P the determinant, here s²."),
    ],
    no_mean=("`kappa`：x² 的平均不是 s²，還要加上 m²。", "`kappa`: the mean of x² is not s²; there is m² to add."),
    not_squared=("`kappa`：用成 s 了，要 s²。", "`kappa`: that uses s for s²."),
    root=("`kappa`：少了平方：κ 是 H 的特徵值之比，不是輸入矩陣的奇異值之比。", "`kappa`: the square is missing: κ is a ratio of eigenvalues of H, not of singular values of the inputs."),
    inverse=("`kappa`：上下顛倒了：最大的除以最小的。", "`kappa` is upside down: divide the largest by the smallest."),
    diagonal=("`kappa`：只看了對角線。x 的平均不是 0，另外兩格就不是 0。", "`kappa` looks at the diagonal alone. Where the mean of x is not 0, nor are the other two places."),
    only_centered=("`prepare`：只減了平均。標準差還不是 1，再除以它。", "`prepare` only subtracts the mean. The standard deviation is not 1 yet: divide by it."),
    only_scaled=("`prepare`：只除了標準差，平均還不是 0。", "`prepare` only divides by the standard deviation; the mean is not 0."),
    by_variance=("`prepare`：除以變異數了，要除以它的平方根。", "`prepare` divides by the variance; divide by its square root."),
    all_together=("`prepare`：把所有的數一起算了。每個輸入（每一行，column）各有自己的平均和標準差。", "`prepare` takes all numbers together. Each input, a column, has its own mean and standard deviation."),
    by_sample=("`prepare`：方向錯了：每一筆減了自己的平均。要算的是每個輸入（每一行，column）的。", "`prepare` goes the wrong way: each sample lost its own mean. Take those of each input, a column."),
    A=("s 越大，最大的特徵值越大，最小的卻停在 1。", "As s grows, so does the largest eigenvalue, while the smallest stays at 1."),
    B=("s 越小，最小的特徵值越小，最大的卻停在 1。", "As s shrinks, so does the smallest eigenvalue, while the largest stays at 1."),
    D=("m = 0 的時候，兩個特徵值是 s² 和 1。它們的比和 s 有關。", "With m = 0 the two eigenvalues are s² and 1. Their ratio depends on s."),
)  # fmt: skip
def q10(kappa: Function, best_spread: str, prepare: Function, rng: Generator) -> Marks:
    m, s = float(rng.uniform(0.5, 2)), float(rng.uniform(0.3, 0.8))
    x = np.array([m - s, m + s])
    X1 = np.c_[x, np.ones(2)]
    low, high = np.linalg.eigvalsh(X1.T @ X1 / 2)
    want = float(high / low)

    def other(square: float, product: float) -> float:
        """κ with another mean square and another determinant."""
        half = (square + 1) / 2
        root = np.sqrt(half**2 - product)
        return float((half + root) / (half - root))

    expect(
        kappa(m, s),
        want,
        no_mean=other(s**2, s**2 - m**2),
        not_squared=other(m**2 + s, s),
        root=want**0.5,
        inverse=1 / want,
        diagonal=max(m**2 + s**2, 1) / min(m**2 + s**2, 1),
    )
    yield 2
    choose(best_spread, "C", "ABCD")
    yield 3
    N, D = lengths(rng, 2, 3, 7)
    X = rng.normal(size=(N, D)) * rng.uniform(2, 5, D) + rng.uniform(-3, 3, D)
    is_prepared(prepare(X), X)


@passing_over
def is_prepared(got: npt.ArrayLike, X: FloatArray) -> None:
    centered, spread = X - X.mean(axis=0), X.std(axis=0)
    if agree(got, centered / X.std(axis=0, ddof=1)):  # N − 1 is as good
        return
    expect(
        got,
        centered / spread,
        only_centered=centered,
        only_scaled=X / spread,
        by_variance=centered / spread**2,
        all_together=(X - X.mean()) / X.std(),
        by_sample=(X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True),
    )


@check.question(
    points=4,
    hints=[
        ("先把次序打亂，留下 `count` 筆，其餘的拿去訓練；分數只用留下的算。", "Shuffle first, hold out `count` samples and train on the rest; the score comes from those held out alone."),
        ("`order = np.random.default_rng(seed).permutation(len(y))`，切成兩段。訓練照第 2 章，`D = (logistic(X @ w + b) - y) / len(y)`，走幾百步。", "`order = np.random.default_rng(seed).permutation(len(y))`, cut in two. Train as in chapter 2, `D = (logistic(X @ w + b) - y) / len(y)`, a few hundred steps."),
    ],
    percent=("要傳回 0 到 1 的比例，你的是 {got:g}。", "Return a share between 0 and 1; yours is {got:g}."),
    other_part=("分數 {got:.3f} 不是 {count} 筆裡的比例。評分的應該是留下的那 {count} 筆，不多也不少。", "{got:.3f} is no share of {count} samples. The score must come from the {count} held out, no more and no less."),
    leak=("這裡的標籤是丟硬幣來的，誠實的分數在一半上下，你的平均卻是 {got:.2f}。評分的資料，訓練時看過了嗎？", "The labels here were tossed with a coin, so an honest score is near one half, and yours is {got:.2f} on average. Has the neuron seen in training what it is scored with?"),
    fixed=("換了 `seed`，分數總是一樣：留下的還是同樣幾筆。", "Another `seed`, and always the same score: the same samples are held out."),
    guess=("兩類分得很開，留下的卻只對了 {got:.2f}。訓練了嗎？標籤和資料還對得上嗎？", "The classes lie well apart, and yet the share right is {got:.2f}. Was the neuron trained? Do labels and samples still belong together?"),
    inverted=("兩類分得很開，你的分數卻只有 {got:.2f}：傳回的是錯的比例？", "The classes lie well apart, and your score is {got:.2f}: is it the share that is wrong?"),
)  # fmt: skip
def q11(held_out: Function, rng: Generator) -> Marks:
    count = int(rng.integers(17, 24))
    tossed = [images(rng, count, apart=0) for _ in range(3)]
    scores = [[share(held_out(*data, count, seed), count) for seed in range(4)] for data in tossed]
    if np.mean(scores) > 0.75:
        raise Mistake("leak", got=np.mean(scores))
    if not np.ptp(scores, axis=1).any():
        raise Mistake("fixed")
    yield 2
    clear = [share(held_out(*images(rng, count, apart=0.5), count, seed), count) for seed in (5, 6)]
    if np.mean(clear) < 0.85:
        raise Mistake("inverted" if np.mean(clear) < 0.15 else "guess", got=np.mean(clear))


def images(rng: Generator, count: int, apart: float) -> tuple[FloatArray, FloatArray]:
    """Pixels from 0 to 1 with their classes; with `apart` 0 these have nothing to do with them."""
    N, pixels = count + int(rng.integers(25, 33)), 64
    y = (rng.permutation(N) % 2).astype(float)
    one, zero = rng.integers(0, 2, (2, pixels))
    X = rng.random((N, pixels)) * (1 - apart)
    return X + apart * np.where(y[:, None] == 1, one, zero), y


def share(got: npt.ArrayLike, count: int) -> float:
    """A score, if it can be the share of so many samples."""
    expect(got, got if np.size(got) == 1 else 0.0)
    value = float(np.ravel(got)[0])
    if not 0 <= value <= 1:
        raise Mistake("percent", got=value)
    if abs(value * count - round(value * count)) > 1e-3:
        raise Mistake("other_part", got=value, count=count)
    return value
