"""The questions of exercise 2, the neuron."""

import numpy as np

from nncheck.answers import Function, Lines, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    Shape,
    agree,
    choose,
    expect,
    expect_quietly,
    no_loop,
    predict,
    several,
    shaped,
)
from nnlib.activations import logistic, step
from nnlib.checks import FloatArray
from nnlib.neuron import Neuron
from nnlib.numdiff import central_difference

check = Exercise("exercises/02-neuron")

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@check.question(
    points=2,
    hints=[
        ("四個角落各寫一條不等式：只有 (1, 0) 的 z 要大於 0，其他三個都不能。", "Write an inequality for each corner: z must be above 0 at (1, 0) and at no other."),
        ("x₁ 加分，x₂ 扣分，而且要扣得夠多，讓 (1, 1) 過不了門檻。", "x₁ counts for it and x₂ against it, by enough to keep (1, 1) below the threshold."),
    ],
    conjunction=("這是 AND：只有 (1, 1) 輸出 1。", "This is AND: only (1, 1) gives 1."),
    disjunction=("這是 OR。x₂ 要扣分，所以它的權重是負的。", "This is OR. x₂ must count against it, so its weight is negative."),
    swapped=("兩個輸入對調了：這是「x₂ 成立但 x₁ 不成立」。", "The inputs are swapped: this is “x₂ but not x₁”."),
    threshold=("連 (0, 0) 也輸出 1。偏置是負的門檻，看看它的正負號。", "Even (0, 0) gives 1. The bias is minus the threshold: look at its sign."),
    first=("它只看 x₁：(1, 1) 也輸出 1 了。", "It looks at x₁ alone: (1, 1) gives 1 as well."),
    constant=("四個角落的輸出都一樣，決策線沒有從中間穿過。", "All four corners give the same: the decision line does not pass between them."),
    table=("(0,0)、(0,1)、(1,0)、(1,1) 應該依序輸出 0 0 1 0，你的是 {got}。", "At (0,0), (0,1), (1,0), (1,1) the outputs must be 0 0 1 0; yours are {got}."),
)  # fmt: skip
def q1(w_gate: FloatArray, b_gate: float) -> None:
    shaped(w_gate, 2)
    table = "".join(f"{a:.0f}" for a in Neuron(w_gate, b_gate, step)(CORNERS))
    known = {"0001": "conjunction", "0111": "disjunction", "0100": "swapped"}
    known |= {"1011": "threshold", "0011": "first", "0000": "constant", "1111": "constant"}
    if table != "0010":
        raise Mistake(known.get(table, "table"), got=" ".join(table))


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
        ("W 的每一列（row）是一個神經元的權重，所以有幾列、每列幾個數字？", "Each row of W holds the weights of one neuron. How many rows, and how long?"),
        ("`X @ W.T` 的第一個長度來自 X，第二個來自 W.T。一筆輸入只有一個軸。", "In `X @ W.T` the first length comes from X, the second from W.T. A single input has one axis."),
    ],
    flipped=("`shape_W`：W 的形狀是「輸出 × 輸入」，你寫的是反過來的。", "`shape_W`: the shape of W is outputs × inputs; yours is the other way round."),
    columns=("`shape_Z`：程式裡一筆資料是一列（row），資料筆數在前面。", "`shape_Z`: in code each sample is a row, so the number of samples comes first."),
    inputs=("`shape_Z`：那是 X 的形狀。乘上 W.T 之後，第二個長度變成神經元的個數。", "`shape_Z`: that is the shape of X. After W.T the second length is the number of neurons."),
    batch=("`shape_z`：`X[0]` 只有一個軸，算出來也只有一個軸。", "`shape_z`: `X[0]` has one axis, and so has the result."),
    single=("`shape_z`：是一個神經元一個數，不是一個輸入一個數。", "`shape_z`: there is one number for each neuron, not for each input."),
)  # fmt: skip
def q3(shape_W: Shape, shape_Z: Shape, shape_z: Shape) -> Marks:
    X, W, b = np.zeros((5, 3)), np.zeros((4, 3)), np.zeros(4)
    Z, z = X @ W.T + b, X[0] @ W.T + b
    predict("shape_W", shape_W, W.shape, {(3, 4): "flipped"})
    yield 1
    predict("shape_Z", shape_Z, Z.shape, {(4, 5): "columns", (5, 3): "inputs"})
    yield 2
    predict("shape_z", shape_z, z.shape, {(1, 4): "batch", (4, 1): "batch", (3,): "single"})


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
    X, W, b = rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    Z = X @ W.T + b  # all lengths are 3, so that no wrong order raises an error
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
    X, W, b = rng.normal(size=(5, 2)), rng.normal(size=(4, 2)), rng.normal(size=4)
    expect(layer(X, W, b), logistic(X @ W.T + b))
    yield 2
    no_loop(layer, (X, W, b), (np.tile(X, (8, 1)), np.tile(W, (8, 1)), np.tile(b, 8)))


@check.question(
    points=2,
    hints=[
        ("該是 1 卻猜 0 的時候，`error` 應該是 +1。把它印出來看看。", "When the neuron says 0 and should say 1, `error` must be +1. Print it."),
        ("一次猜太高、一次猜太低，算錯了幾次？`errors` 說幾次？", "One guess too high, one too low: how many mistakes? And what does `errors` say?"),
    ],
    todo=("程式還是原來的樣子。找出兩個錯，改好再執行一次。", "The code is as it was given. Find the two mistakes, mend them, run the cell again."),
    sign=("權重往反方向改了：式 (2.9) 是 y − ŷ。", "The weights move the wrong way: Eq. (2.9) has y − ŷ."),
    bias_sign=("w 改對了，b 還是往反方向走。", "w is right now, but b still moves the wrong way."),
    bias_fixed=("w 改對了，但是 b 沒有跟著改。", "w is right, but b is never changed."),
    one_pass=("所有樣本都用一開始的 w 去猜。感知器每看一筆就改一次，下一筆要用新的 w。", "All samples are judged with the first w. The perceptron changes w at each sample, and the next one meets the new w."),
    cancel=("更新對了，錯誤數不對：+1 和 −1 互相抵消，要數的是錯了幾次。", "The updates are right, the count is not: +1 and −1 cancel. Count how often it was wrong."),
)  # fmt: skip
def q5(epoch: Function, rng: Generator) -> Marks:
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20).astype(float)
    X[0], y[0] = 0.0, 1.0  # with b = 0 this is a sample on the line, z = 0
    start = rng.normal(size=2), 0.0

    def run(to_w: float, to_b: float, online: bool = True) -> tuple[FloatArray, float, FloatArray]:
        (w, b), found = start, []
        for x_n, y_n in zip(X, y, strict=True):
            judge = Neuron(w, b, step) if online else Neuron(*start, step)
            found.append(float(y_n - judge(x_n)))
            w, b = w + to_w * found[-1] * x_n, b + to_b * found[-1]
        return w, b, np.array(found)

    w, b, found = run(1, 1)
    got_w, got_b, errors = several(epoch(*start, X, y), 3)
    sign, bias_sign, bias_fixed, one_pass = run(-1, -1), run(1, -1), run(1, 0), run(1, 1, False)
    if agree(got_w, sign[0]) and agree(errors, -sign[2].sum()):
        raise Mistake("todo")
    others = {"sign": sign, "bias_sign": bias_sign, "bias_fixed": bias_fixed, "one_pass": one_pass}
    expect(got_w, w, **{code: each[0] for code, each in others.items()})
    expect(got_b, b, **{code: each[1] for code, each in others.items()})
    yield 1
    if agree(np.abs(errors), abs(found.sum())) and not agree(errors, np.count_nonzero(found)):
        raise Mistake("cancel")
    expect(errors, np.count_nonzero(found))


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
        ("最難的是 z = 0.5：那裡過了，更大的 z 都過。", "The hardest case is z = 0.5. If it holds there, it holds for every larger z."),
        ("從 σ(0.5c) ≥ 0.999 解 c。σ 的反函數是 log(p / (1 − p))，log 是自然對數。", "Solve σ(0.5c) ≥ 0.999 for c. The inverse of σ is log(p / (1 − p)), with the natural logarithm."),
    ],
    margin=("這是 z = 1 的答案。門檻是 z = 0.5，σ 裡面只有 c 的一半。", "That is the answer for z = 1. At z = 0.5 only half of c arrives inside σ."),
    base_ten=("用成 log₁₀ 了。e 的反函數是自然對數 `np.log`。", "That is log₁₀. The inverse of e to a power is the natural logarithm, `np.log`."),
    rounded_down=("取整數時往下了：這個 c 還差一點點。", "It was rounded down: this c falls just short."),
    not_whole=("算式對，題目要整數。", "The formula is right; the question asks for a whole number."),
    minus=("正負號反了：c 要大於 0。", "The sign is wrong: c must be above 0."),
    too_large=("夠陡了，但不是最小的。", "Steep enough, but not the smallest."),
    too_small=("不夠陡：z = 0.5 時 σ(cz) 只有 {a:.4f}。", "Not steep enough: at z = 0.5, σ(cz) is only {a:.4f}."),
)  # fmt: skip
def q7(c_min: float) -> None:
    exact = np.log(0.999 / 0.001) / 0.5
    right = np.ceil(exact)
    mistakes = {
        "margin": (exact / 2, np.ceil(exact / 2)),
        "base_ten": (exact / np.log(10), np.ceil(exact / np.log(10))),
        "rounded_down": (right - 1,),
        "not_whole": (exact,),
    }
    for code, values in mistakes.items():
        if np.isclose(c_min, values, rtol=0, atol=1e-3).any():
            raise Mistake(code)
    if c_min != right:
        code = "minus" if c_min < 0 else "too_large" if c_min > right else "too_small"
        raise Mistake(code, a=logistic(0.5 * c_min))


@check.question(
    points=4,
    hints=[
        ("先寫一筆的：式 (2.11) 是三個因子相乘。`logistic.df(z)` 就是 σ′(z)。", "Begin with one sample: Eq. (2.11) is a product of three factors. `logistic.df(z)` is σ′(z)."),
        ("D = (ŷ − y) σ′(z) / N，形狀 (N,)。那麼 dw = `D @ X`，db = `D.sum()`。", "D = (ŷ − y) σ′(z) / N has shape (N,). Then dw = `D @ X` and db = `D.sum()`."),
    ],
    no_mean=("大了 N 倍：成本是 N 筆的平均，要除以 N。", "N times too large: the cost is the mean over N samples, so divide by N."),
    no_slope=("少了 σ′(z)。只有 ŷ − y 的，是式 (2.14)，那是另一個損失。", "σ′(z) is missing. With ŷ − y alone it is Eq. (2.14), for another loss."),
    at_a=("σ′ 代錯地方了：要代 z，不是代 a = σ(z)。", "σ′ is taken at the wrong place: at z, not at a = σ(z)."),
    sign=("正負號反了：是 ŷ − y，不是 y − ŷ。", "The sign is wrong: it is ŷ − y, not y − ŷ."),
    twice=("大了 2 倍：損失前面有 ½，微分後剛好消掉 2。", "Twice too large: the ½ before the square cancels the 2 of its derivative."),
    per_sample=("還是一筆一個值，沒有對 N 筆加總。", "There is still one value for each sample: sum over the N of them."),
    no_inputs=("`dw` 少了輸入：z 對 w_d 的變化率是 x_d。", "`dw` lacks the input: z changes with w_d at the rate x_d."),
    bias_inputs=("`db` 多乘了輸入：z 對 b 的變化率是 1。", "`db` has the input in it: z changes with b at the rate 1."),
)  # fmt: skip
def q8(gradient: Function, rng: Generator) -> Marks:
    X, y = rng.normal(size=(6, 3)), rng.random(6)
    w, b = rng.normal(size=3), float(rng.normal())

    def cost(w: FloatArray, b: float) -> float:
        return float(np.mean((Neuron(w, b, logistic)(X) - y) ** 2) / 2)

    neuron = Neuron(w, b, logistic)
    z, a = neuron.net_input(X), neuron(X)
    D = (a - y) * logistic.df(z) / 6
    no_slope, at_a = (a - y) / 6, (a - y) * logistic.df(a) / 6
    got_w, got_b = several(gradient(w, b, X, y), 2)
    dw = central_difference(lambda w: cost(w, b), w)
    expect(
        got_w,
        dw,
        no_mean=6 * dw,
        no_slope=no_slope @ X,
        at_a=at_a @ X,
        sign=-dw,
        twice=2 * dw,
        per_sample=D[:, None] * X,
        no_inputs=D.sum(),
    )
    yield 2
    db = central_difference(lambda b: cost(w, float(b)), b)
    expect(
        got_b,
        db,
        no_mean=6 * db,
        no_slope=no_slope.sum(),
        at_a=at_a.sum(),
        sign=-db,
        twice=2 * db,
        per_sample=D,
        bias_inputs=dw,
    )
    yield 3
    no_loop(gradient, (w, b, X, y), (w, b, np.tile(X, (8, 1)), np.tile(y, 8)))


@check.question(
    points=2,
    hints=[
        ("式 (2.14)：每個分量都是同一個 ŷ − y，乘上自己的 x_d。", "Eq. (2.14): each component is the same ŷ − y times its own x_d."),
        ("從第一個分量算出 ŷ − y，再乘上另外兩個輸入。", "Find ŷ − y from the first component, then multiply it by the other two inputs."),
    ],
    sign=("正負號反了：x_d 都是正的，每個分量都和 ŷ − y 同號。", "The sign is wrong: every x_d is positive, so all components share the sign of ŷ − y."),
    inverse=("比例反了：輸入大 4 倍，分量也大 4 倍。", "The ratio is upside down: an input 4 times as large has a component 4 times as large."),
    same=("ŷ − y 是共同的，但是還要乘上各自的 x_d。", "ŷ − y is common to all, but each is multiplied by its own x_d."),
    copied=("第一個分量不能直接抄：每個分量的 x_d 不同。", "The first component does not carry over: each has an x_d of its own."),
    A=("學習率乘在整個梯度上，改不了各分量的正負號。", "The learning rate multiplies the whole gradient and cannot change the sign of one component."),
    C=("b 的梯度是 ŷ − y，和 w 的各分量同號，一樣一起動。", "The gradient of b is ŷ − y: it has the same sign and moves along with the weights."),
    D=("logistic 換成階梯，變的是 ŷ，不是 x_d 的正負號。", "With a step in place of the logistic, ŷ changes, but not the sign of any x_d."),
)  # fmt: skip
def q9(g_rest: FloatArray, way_out: str) -> Marks:
    x, first = np.array([0.5, 2.0, 1.0]), -0.15
    error = first / x[0]
    want = error * x[1:]
    expect_quietly(
        g_rest,
        want,
        sign=-want,
        inverse=first * x[0] / x[1:],
        same=np.full(2, error),
        copied=np.full(2, first),
    )
    yield 1
    choose(way_out, "B", "ABCD")


@check.question(
    points=3,
    hints=[
        ("先把 1 補在每筆輸入後面：`np.c_[X, np.ones(len(X))]`。", "First append a 1 to each input: `np.c_[X, np.ones(len(X))]`."),
        ("`np.linalg.eigvalsh(H)` 由小到大列出特徵值（eigenvalue）。", "`np.linalg.eigvalsh(H)` lists the eigenvalues from small to large."),
    ],
    no_bias=("少了給偏置用的 1：H 是用補了 1 的輸入算的。", "The 1 for the bias is missing: H is made from inputs with a 1 appended."),
    root=("少了平方：κ 是 H 的特徵值之比，不是輸入矩陣的奇異值之比。", "The square is missing: κ is a ratio of eigenvalues of H, not of singular values of the inputs."),
    inverse=("上下顛倒了：最大的除以最小的。", "It is upside down: divide the largest by the smallest."),
    centered=("不要先減平均：要看的就是沒有置中的輸入有多慢。", "Do not subtract the mean: the point is how slow inputs are that are not centered."),
    samples=("H 應該是 (D + 1) × (D + 1)，對 N 筆平均；你的是 N × N。", "H must be (D + 1) × (D + 1), a mean over the N samples; yours is N × N."),
)  # fmt: skip
def q10(condition_number: Function, rng: Generator) -> Marks:
    X = rng.normal(loc=(1.5, 0.5), size=(5, 2))

    def kappa(X: FloatArray) -> float:
        eigenvalues = np.linalg.eigvalsh(X.T @ X)
        return float(eigenvalues[-1] / eigenvalues[0])

    X1 = np.c_[X, np.ones(5)]
    want = kappa(X1)
    got = condition_number(X)
    if np.size(got) == 1 and agree(got, got) and abs(float(got)) > 1e6 * want:
        raise Mistake("samples")
    expect(
        got,
        want,
        no_bias=kappa(X),
        root=want**0.5,
        inverse=1 / want,
        centered=kappa(X1 - [*X.mean(axis=0), 0]),
    )
    yield 2
    no_loop(condition_number, (X,), (np.tile(X, (8, 1)),))
