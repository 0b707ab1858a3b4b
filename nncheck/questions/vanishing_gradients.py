"""The questions of exercise 10, vanishing and exploding gradients."""

from functools import cache
from itertools import pairwise

import numpy as np

from nncheck.answers import Function, Lines, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    agree,
    choose,
    choose_each,
    expect,
    expect_number,
    no_loop,
    several,
    shaped,
)
from nnlib.activations import leaky_relu, logistic, relu, softmax, tanh
from nnlib.checks import FloatArray
from nnlib.initializers import xavier
from nnlib.numdiff import central_difference

check = Exercise("exercises/10-vanishing-gradients")

EPS = 1e-5  # in the root of batch normalization
Z_GRID = np.linspace(-9, 9, 20_000)  # without 0, where ReLU has its corner
NORMAL = np.exp(-(Z_GRID**2) / 2) / np.exp(-(Z_GRID**2) / 2).sum()


@cache
def deep_gradients() -> tuple[list[FloatArray], list[FloatArray], list[FloatArray]]:
    """W, ∂C/∂W and ∂C/∂b of each layer of the network in question 1, sample by sample."""
    rng = np.random.default_rng(9)
    X, y = rng.normal(size=(20, 6)), rng.integers(3, size=20)
    weights = [xavier(rng, (n, m)) for m, n in pairwise([6] + [8] * 7 + [3])]
    dW: list[FloatArray] = [np.zeros_like(W) for W in weights]
    db: list[FloatArray] = [np.zeros(len(W)) for W in weights]
    for x, right in zip(X, y, strict=True):
        activations, z = [x], np.zeros(0)
        for W in weights:
            z = W @ activations[-1]
            activations.append(logistic(z))
        delta = (softmax(z) - np.eye(3)[right]) / 20
        for i in range(7, -1, -1):
            a = activations[i]
            dW[i] += np.outer(delta, a)
            db[i] += delta
            delta = np.diag(a * (1 - a)) @ weights[i].T @ delta
    return weights, dW, db


@check.question(
    points=2,
    hints=[
        ("`deep.gradients()` 是字典，權重和偏置都在裡面；權重的陣列有兩個軸。", "`deep.gradients()` is a dictionary of weights and biases; the array of a layer's weights has two axes."),
        ("`np.linalg.norm(g)` 給一層的長度。橫軸是 1 到 8：`range(1, 9)`。", "`np.linalg.norm(g)` gives the norm for one layer. The layers are 1 to 8: `range(1, 9)`."),
    ],
    todo=("圖上還沒有線。用 `ax_norms.plot(…)` 畫。", "There is no line yet. Draw it with `ax_norms.plot(…)`."),
    many=("圖上有 {got} 條線，只要一條。", "There are {got} lines in the plot; draw one."),
    both=("有 16 個點：偏置也畫進去了，只要權重。", "There are 16 points: the biases are among them. Take the weights only."),
    from_zero=("橫軸從 0 開始了。輸入才是第 0 層，第一層權重是第 1 層。", "The axis begins at 0. Layer 0 is the input; the first weights belong to layer 1."),
    layers=("橫軸要是 1 到 8，每一層一個點。", "There must be one point for each of the layers 1 to 8."),
    logged=("有的值不大於 0，對數座標畫不出來。是不是自己先取了對數？座標軸已經是對數的。", "Some values are not above 0, and a logarithmic axis cannot show them. Did you take the logarithm yourself? The axis does it already."),
    reversed=("前後反了：第 1 層在最靠近輸入的地方。", "It is the wrong way round: layer 1 is the one next to the input."),
    biases=("這是偏置的梯度，題目要的是權重的。", "That is the gradient of the biases; the question asks for the weights."),
    together=("權重和偏置的梯度混在一起算了，只要權重。", "Weights and biases are taken together; take the weights only."),
    squared=("少了平方根：這是長度的平方。", "The root is missing: that is the square of the norm."),
    spectral=("這是最大的奇異值。題目的長度是所有元素平方和的平方根。", "That is the largest singular value. The norm here is the root of the sum of all squares."),
    weights=("這是權重自己的長度，不是梯度的。", "That is the norm of the weights, not of their gradient."),
    other=("第 {layer} 層不對：你的值是正確值的 {ratio:.3g} 倍。", "Layer {layer} is not right: your value is {ratio:.3g} times what it must be."),
)  # fmt: skip
def q1(ax_norms: Lines) -> None:
    if len(ax_norms) != 1:
        raise Mistake("many" if ax_norms else "todo", got=len(ax_norms))
    W, dW, db = deep_gradients()
    x, y = ax_norms[0][np.argsort(ax_norms[0][:, 0], kind="stable")].T
    if len(x) == 16:
        raise Mistake("both")
    if not agree(x, np.arange(1, 9)):
        raise Mistake("from_zero" if agree(x, np.arange(8)) else "layers")
    if np.any(y <= 0):
        raise Mistake("logged")
    norms = np.array([np.sqrt(np.sum(g**2)) for g in dW])
    of_biases = np.array([np.sqrt(np.sum(g**2)) for g in db])
    known = {
        "reversed": norms[::-1],
        "biases": of_biases,
        "together": np.hypot(norms, of_biases),
        "squared": norms**2,
        "spectral": np.array([np.linalg.norm(g, 2) for g in dW]),
        "weights": np.array([np.linalg.norm(each) for each in W]),
    }
    for code, value in known.items():
        if np.allclose(y, value, rtol=1e-3, atol=0):
            raise Mistake(code)
    ratios = y / norms
    worst = int(np.argmax(np.abs(np.log(ratios))))
    if not np.isclose(ratios[worst], 1, rtol=1e-3):
        raise Mistake("other", layer=worst + 1, ratio=ratios[worst])


@check.question(
    points=3,
    hints=[
        ("從 b₁ 走到 a_L，一路上經過哪些 z、哪些 w？b₁ 是加在 z₁ 裡的。", "On the way from b₁ to a_L, which z and which w are passed? b₁ is added inside z₁."),
        ("`np.prod` 把一排數字乘起來；`w[1:]` 是第一個以外的權重。十個神經元之間有幾個空隙？", "`np.prod` multiplies all numbers of an array, and `w[1:]` leaves out the first weight. How many gaps are there between ten neurons?"),
    ],
    with_w1=("w₁ 不該在裡面：b₁ 加在 w₁ 後面，影響不會往回經過 w₁。", "w₁ does not belong in it: b₁ is added after w₁, and its effect never passes there."),
    no_last_w=("少掉的權重不是最後一個。b₁ 的影響要經過其他每一層的權重，唯獨不經過哪一個？", "It is not the last weight that is left out. The effect of b₁ passes the weight of every other layer; which one does it not pass?"),
    no_w=("少了權重：每往前一層，要乘上斜率，也要乘上 w。", "The weights are missing: each layer multiplies by its slope and by its w."),
    no_slope=("少了 σ′(z)：每一層都要乘上。", "σ′(z) is missing: every layer multiplies by it."),
    no_first_slope=("少了 σ′(z₁)：b₁ 的影響要先穿過第一個神經元。", "σ′(z₁) is missing: the effect of b₁ must first get through its own neuron."),
    no_derivative=("這裡乘的是 σ(z)，該乘的是斜率 σ′(z)。", "Here σ(z) is multiplied; it must be the slope, σ′(z)."),
    at_a=("σ′ 代錯地方了：要代 z，不是代 σ(z)。", "σ′ is taken at the wrong place: at z, not at σ(z)."),
    no_loss=("只到 a_L 為止，還要乘上 ∂ℓ/∂a_L。", "That ends at a_L. Multiply by ∂ℓ/∂a_L as well."),
    ten=("乘了十次。從第 10 個走回第 1 個，要過幾關？", "That multiplies ten times. From neuron 10 back to neuron 1, how many steps is it?"),
    slopes_only=("這裡只有斜率，每一步還要乘上 w = 2。", "Those are the slopes alone; each step multiplies by w = 2 as well."),
    weights_only=("這裡只有權重，每一步還要乘上斜率。", "Those are the weights alone; each step multiplies by the slope as well."),
    half=("½ 是 σ(0) 的值，不是斜率。", "½ is the value of σ at 0, not its slope."),
)  # fmt: skip
def q2(chain_gradient: Function, left_of_ten: float, rng: Generator) -> Marks:
    for length in (4, 3):
        w = rng.uniform(1.5, 3, length) * rng.choice([-1, 1], length)
        b = rng.normal(scale=0.5, size=length)

        def forward(b1: float, w: FloatArray = w, b: FloatArray = b) -> tuple[FloatArray, float]:
            a, z = 1.0, []
            for w_l, b_l in zip(w, [b1, *b[1:]], strict=True):
                z.append(w_l * a + b_l)
                a = float(logistic(z[-1]))
            return np.array(z), a

        z, a = forward(b[0])
        slopes, dl_da = logistic.df(z), a - 30
        expect(
            chain_gradient(w, z, dl_da),
            central_difference(lambda b1: (forward(float(b1))[1] - 30) ** 2 / 2, b[0]),
            with_w1=slopes.prod() * w.prod() * dl_da,
            no_last_w=slopes.prod() * w[:-1].prod() * dl_da,
            no_w=slopes.prod() * dl_da,
            no_slope=w[1:].prod() * dl_da,
            no_first_slope=slopes[1:].prod() * w[1:].prod() * dl_da,
            no_derivative=logistic(z).prod() * w[1:].prod() * dl_da,
            at_a=logistic.df(logistic(z)).prod() * w[1:].prod() * dl_da,
            no_loss=slopes.prod() * w[1:].prod(),
        )
    yield 2
    known = {"ten": 0.5**10, "slopes_only": 0.25**9, "weights_only": 2.0**9, "half": 1.0}
    expect_number(left_of_ten, 0.5**9, **known)


def half_windows(w: FloatArray) -> FloatArray:
    """The z ≥ 0 at which |w| σ′(z) = 1, by bisection: the end of the window in z; 0 without one."""
    low, high = np.zeros_like(w), np.full_like(w, 50.0)
    for _ in range(60):
        middle = (low + high) / 2
        inside = np.abs(w) * logistic.df(middle) >= 1
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low


@check.question(
    points=4,
    hints=[
        ("令 s = σ(z)，斜率是 s(1 − s)。解 s(1 − s) = 1/|w|，兩個根就是窗口的兩端；σ 的反函數是 log(s / (1 − s))。", "Let s = σ(z); the slope is s(1 − s). Solve s(1 − s) = 1/|w|: the two roots are the ends of the window. The inverse of σ is log(s / (1 − s))."),
        ("根是 (1 ± r)/2，r² = 1 − 4/|w|。|w| < 4 時把 r 設成 0：`np.maximum`。最大值用密密的一排 w 去掃。", "The roots are (1 ± r)/2 with r² = 1 − 4/|w|. Where |w| < 4 let r be 0: `np.maximum`. For the maximum, scan a fine grid of w."),
    ],
    one_side=("只有一半：窗口往兩邊開，z 和 −z 都算。", "That is half of it: the window opens to both sides, z and −z."),
    in_z=("這是 z 的寬度。題目問 a：z = wa + b，a 走一步，z 走 w 步。", "That is the width in z. The question is about a: in z = wa + b, z moves w times as far as a."),
    base_ten=("用成 log₁₀ 了，要用自然對數 `np.log`。", "That is log₁₀; take the natural logarithm, `np.log`."),
    no_four=("r 裡的 4 不見了。s(1 − s) = 1/|w| 的判別式是什麼？", "The 4 is missing in r. What is the discriminant of s(1 − s) = 1/|w|?"),
    no_root=("r 少了平方根。", "r lacks its square root."),
    negative=("w > 0 對了，w < 0 不對。題目看的是 |wσ′|，也就是 |w|。", "It is right for w > 0 and not for w < 0. What counts is |wσ′|, and so |w|."),
    closed=("|w| < 4 時沒有窗口，寬度應該是 0，不是 NaN，也不是別的數。", "For |w| < 4 there is no window: its width must be 0, and neither NaN nor any other number."),
    opens=("4 是窗口剛打開的地方，寬度還是 0。題目問哪裡最寬。", "At 4 the window just opens, and its width is still 0. Where is it widest?"),
    the_width=("這是最大的寬度。題目問的是那時的 |w|。", "That is the largest width. The question asks for the |w| at which it occurs."),
    coarse=("很接近了，格子再密一點，要到小數第二位。", "Very near. Scan a finer grid: two decimals are wanted."),
)  # fmt: skip
def q3(window_width: Function, w_widest: float, rng: Generator) -> Marks:
    w = rng.uniform(4.5, 20, 6)

    def width(r: FloatArray) -> FloatArray:
        return 2 / w * np.log((1 + r) / (1 - r))

    want = 2 * half_windows(w) / w
    expect(
        window_width(w),
        want,
        one_side=want / 2,
        in_z=want * w,
        base_ten=want / np.log(10),
        no_four=width(np.sqrt(1 - 1 / w)),
        no_root=width(1 - 4 / w),
    )
    yield 1
    mirrored = window_width(-w)
    if not agree(mirrored, want):
        raise Mistake("negative")
    small = rng.uniform(0.5, 3.5, 4) * [1, -1, 1, -1]
    if not agree(window_width(small), np.zeros(4)):
        raise Mistake("closed")
    yield 2
    no_loop(window_width, (w,), (np.tile(w, 8),))
    yield 3
    grid = np.linspace(6, 8, 20_001)
    widths = 2 * half_windows(grid) / grid
    best = float(grid[widths.argmax()])
    for code, value in {"opens": 4.0, "the_width": widths.max()}.items():
        if np.isclose(w_widest, value, atol=0.005):
            raise Mistake(code)
    if not np.isclose(w_widest, best, rtol=0, atol=0.008):
        raise Mistake("coarse" if abs(w_widest - best) < 0.2 else "wrong")


@check.question(
    points=3,
    hints=[
        ("抽十萬個以上的 z，算 f′(z)，平方、平均、開根號。`logistic.df`、`tanh.df`、`relu.df` 都有。", "Draw a hundred thousand z or more, take f′(z), square, average, take the root. `logistic.df`, `tanh.df` and `relu.df` are there."),
        ("k 層之後剩下因數的 k 次方。10⁻⁶ 的對數除以因數的對數，是多少？式 (10.6) 的因數裡，除了 f′，還有什麼你改得動？", "After k layers the k-th power of the factor is left. Divide the logarithm of 10⁻⁶ by the logarithm of the factor: what is it? And in Eq. (10.6), what can you change besides f′?"),
    ],
    squared=("少了平方根：q 是均方，題目問大小（均方根）的因數。", "The root is missing: q is a mean square, and the question asks about the size, its root."),
    mean_slope=("先平方再平均。這是 f′ 的平均，不是均方根。", "Square first, then average. That is the mean of f′ and not its root mean square."),
    largest=("這是最大的斜率。z 散在 0 的兩邊，多半碰不到最大的地方。", "Those are the largest slopes. z is spread about 0 and mostly not where the slope is largest."),
    no_derivative=("這裡用的是 f(z)，往回走乘的是斜率 f′(z)。", "Those come from f(z). On the way back it is the slope f′(z) that multiplies."),
    at_a=("f′ 代錯地方了：要代 z，不是代 a = f(z)。", "f′ is taken at the wrong place: at z, not at a = f(z)."),
    always_open=("前兩個對了。ReLU 的斜率 1 只屬於開著的單元，z 有一半是負的。", "The first two are right. The slope 1 of ReLU belongs to open units, and half of the z are negative."),
    one_wrong=("{name} 的因數不對，其他的先別改。", "The factor of {name} is not right; the others may stay."),
    rounded_down=("這一層還剩超過百萬分之一，要再往前一層。", "There more than a millionth is left. One more layer."),
    not_whole=("算式對，題目要整數。", "The formula is right; the question asks for a whole number."),
    at_peak=("這是斜率全在最大值 ¼ 的情形。用你算出來的因數。", "That is for slopes which are all at their largest, ¼. Take the factor that you found."),
    of_squares=("這是均方剩下百萬分之一的時候。題目問的是大小，不是平方。", "There the mean square is down to a millionth. The question is about the size, not its square."),
    A=("學習率不在因數裡。它乘在算完的梯度上，各層一樣。", "The learning rate is in none of the factors. It multiplies the finished gradient, alike in all layers."),
    B=("開著的單元斜率是 1，關著的是 0；一半一半，因數就不是 1。", "An open unit has slope 1 and a closed one 0. With half of each, the factor is not 1."),
    D=("批次大小不在因數裡，平均幾筆都一樣。", "The batch size is in none of the factors, however many samples are averaged."),
)  # fmt: skip
def q4(factors_by_f: FloatArray, layers_to_millionth: float, mends_relu: str) -> Marks:
    shaped(factors_by_f, 3)
    functions = (logistic, tanh, relu)

    def root_mean_square(values: FloatArray) -> float:
        return float(np.sqrt(NORMAL @ values**2))

    want = np.array([root_mean_square(f.df(Z_GRID)) for f in functions])
    known = {
        "squared": want**2,
        "mean_slope": np.array([NORMAL @ f.df(Z_GRID) for f in functions]),
        "largest": np.array([f.df(Z_GRID).max() for f in functions]),
        "no_derivative": np.array([root_mean_square(f(Z_GRID)) for f in functions]),
        "at_a": np.array([root_mean_square(f.df(f(Z_GRID))) for f in functions]),
    }
    for code, factors in known.items():
        if np.allclose(factors_by_f, factors, rtol=0, atol=0.0025):
            raise Mistake(code)
    right = np.isclose(factors_by_f, want, rtol=0, atol=0.0025)
    if right[:2].all() and agree(factors_by_f[2], 1):
        raise Mistake("always_open")
    if right.sum() == 2:
        raise Mistake("one_wrong", name=("logistic", "tanh", "ReLU")[int(np.argmin(right))])
    if not right.all():
        raise Mistake("wrong")
    yield 1
    exact = float(np.log(1e-6) / np.log(want[0]))
    layers = {
        "rounded_down": np.floor(exact),
        "at_peak": np.ceil(np.log(1e-6) / np.log(0.25)),
        "of_squares": np.ceil(exact / 2),
    }
    for code, value in layers.items():
        if layers_to_millionth == value:
            raise Mistake(code)
    if layers_to_millionth != np.ceil(exact):
        raise Mistake("not_whole" if abs(layers_to_millionth - exact) < 0.05 else "wrong")
    yield 2
    choose(mends_relu, "C", "ABCD")


@check.question(
    points=3,
    hints=[
        ("z 是 401 項的和：400 個 w·x 和一個 b。獨立的項，變異數相加。wx 的變異數是 x² Var(w)。", "z is a sum of 401 terms, 400 of w·x and one b. Variances of independent terms add up, and wx has the variance x² Var(w)."),
        ("ReLU 讓均方剩一半，而 M Var(w) = 1，所以每過一層變異數乘 ½。從第 1 層到第 10 層過了幾層？", "ReLU halves the mean square, and M Var(w) = 1, so each layer multiplies the variance by ½. How many layers lie between layer 1 and layer 10?"),
    ],
    all_inputs=("輸入是 0 的那 300 個沒有貢獻。", "The 300 inputs that are 0 contribute nothing."),
    no_bias=("少了偏置：它的變異數也要加進去。", "The bias is missing: its variance is added too."),
    centered=("這裡用了輸入的變異數。式 (10.5) 的右邊是均方，不減平均。", "That uses the variance of the inputs. In Eq. (10.5) stands their mean square, with no mean subtracted."),
    root=("這是標準差，題目問變異數。", "That is the standard deviation; the question asks for the variance."),
    scaled_bias=("偏置沒有縮小，它的變異數還是 1。", "The bias was not scaled down; its variance is still 1."),
    by_root=("標準差除以 √n，變異數就除以 n。", "If the standard deviation is divided by √n, the variance is divided by n."),
    too_many=("多除了一次：第 1 層的變異數是 1，到第 10 層過了九層。", "Halved once too often: layer 1 has variance 1, and layer 10 is nine layers on."),
    kept=("1/n 保得住恆等函數的變異數。ReLU 丟掉一半的均方。", "1/n keeps the variance for the identity. ReLU throws away half of the mean square."),
    std_ten=("這是標準差，或每層只乘了 √½。題目問變異數。", "That is the standard deviation, or √½ for each layer. The question asks for the variance."),
    quartered=("每層乘 ¼ 太多了：減半的是均方，變異數也就減半。", "A factor of ¼ for each layer is too much: the mean square is halved, and so is the variance."),
)  # fmt: skip
def q5(var_plain: float, var_scaled: float, var_layer_ten: float) -> Marks:
    x = np.repeat([1.0, 0.0], [100, 300])
    used, n = float(np.sum(x**2)), len(x)
    plain = {
        "all_inputs": n + 1,
        "no_bias": used,
        "centered": n * float(x.var()) + 1,
        "root": np.sqrt(used + 1),
    }
    expect_number(var_plain, used + 1, 4, **plain)
    yield 1
    scaled = {
        "all_inputs": 2.0,
        "no_bias": used / n,
        "centered": float(x.var()) + 1,
        "root": np.sqrt(used / n + 1),
        "scaled_bias": (used + 1) / n,
        "by_root": used / np.sqrt(n) + 1,
    }
    expect_number(var_scaled, used / n + 1, 4, **scaled)
    yield 2
    known = {"too_many": 0.5**10, "kept": 1.0, "std_ten": 0.5**4.5, "quartered": 0.25**9}
    expect_number(var_layer_ten, 0.5**9, **known)


@check.question(
    points=3,
    hints=[
        ("式 (10.5)：Var(z) 要等於前一層的 Var(z)。先算 E[f(z)²] 是 Var(z) 的幾倍，z 一半正、一半負。", "In Eq. (10.5) Var(z) shall equal that of the layer before. First find how E[f(z)²] relates to Var(z): half of the z are positive, half negative."),
        ("正的一半貢獻 ½ Var(z)，負的一半貢獻 ½γ² Var(z)。`M_out, M_in = shape`。", "The positive half contributes ½ Var(z), the negative half ½γ² Var(z). And `M_out, M_in = shape`."),
    ],
    variance=("這是變異數，題目要標準差。", "That is the variance; the question asks for the standard deviation."),
    no_two=("式 (10.7) 分子的 2 不見了。", "The 2 in the numerator of Eq. (10.7) is missing."),
    one_way=("這只顧到前向。Xavier 是前向和反向的折衷，兩個寬度都要。", "That serves the forward pass alone. Xavier is a compromise of both directions and takes both widths."),
    he_not_xavier=("這是 He 的。Xavier 要顧兩個方向，兩個寬度都要用到。", "That is He's formula. Xavier serves both directions and takes both widths."),
    product=("分母是兩個寬度的和，不是乘積。", "In the denominator stands the sum of the two widths, not their product."),
    fan_out=("用錯寬度了：z 是輸入的和，算的是 M_in。shape 是 (M_out, M_in)，輸出在前。", "It is the wrong width: z is a sum over the inputs, so M_in counts. shape is (M_out, M_in), outputs first."),
    he=("這是 He，γ = 0 的情形。γ > 0 時負的那一半也有貢獻。", "That is He, the case γ = 0. With γ > 0 the negative half contributes as well."),
    no_square=("γ 要平方：算的是均方。", "γ must be squared: it is a mean square."),
    upside_down=("乘錯邊了：激活函數放過去越多，權重要越小。", "It multiplies on the wrong side: the more the activation lets through, the smaller the weights."),
    minus=("正負號反了：負的那一半平方之後是加的。", "The sign is wrong: once squared, the negative half is added."),
)  # fmt: skip
def q6(xavier_std: Function, leaky_std: Function, rng: Generator) -> Marks:
    M_out, M_in = (int(n) for n in rng.choice(np.arange(20, 200), 2, replace=False))
    total, gamma = M_out + M_in, float(rng.uniform(0.2, 0.8))
    expect(
        xavier_std((M_out, M_in)),
        np.mean([M_in, M_out]) ** -0.5,
        variance=2 / total,
        no_two=total**-0.5,
        one_way=M_in**-0.5,
        he_not_xavier=(2 / M_in) ** 0.5,
        product=(2 / (M_in * M_out)) ** 0.5,
    )
    yield 1
    passed = float(NORMAL @ leaky_relu(gamma)(Z_GRID) ** 2)  # E[f(z)²] for Var(z) = 1
    want = (M_in * passed) ** -0.5
    expect(
        leaky_std((M_out, M_in), gamma),
        want,
        variance=want**2,
        no_two=want / 2**0.5,
        fan_out=(M_out * passed) ** -0.5,
        he=(2 / M_in) ** 0.5,
        no_square=(2 / (1 + gamma) / M_in) ** 0.5,
        upside_down=(2 * (1 + gamma**2) / M_in) ** 0.5,
        minus=(2 / (1 - gamma**2) / M_in) ** 0.5,
    )


@check.question(
    points=4,
    hints=[
        ("對每個單元，看一批裡的所有樣本：平均要沿著哪個軸？每個單元該有一個平均，形狀 (M,)。", "For each unit, look at all samples of the batch: along which axis is the mean? There is one for each unit, in shape (M,)."),
        ("訓練和評估只差在 `mean`、`var` 從哪裡來，後面的算式一樣。ε 在根號裡面。一筆的批次，z − μ 是多少？", "Training and evaluation differ in where `mean` and `var` come from; the formula after that is the same. ε stands under the root. And in a batch of one, what is z − μ?"),
    ],
    todo=("程式還是原來的樣子。找出三個錯，改好再執行一次。", "The code is as it was given. Find the three mistakes, mend them, run the cell again."),
    axis=("軸錯了：現在是對一筆資料的所有單元平均。該對一批資料平均，每個單元各自算。", "The axis is wrong: this averages over the units of one sample. Average over the samples of the batch, for each unit by itself."),
    one_mean=("所有單元共用了一個平均和變異數。每個單元要有自己的。", "All units share one mean and variance. Each unit needs its own."),
    no_eps=("少了 ε：變異數很小的單元不對，變異數是 0 的會變成 NaN。", "ε is missing: units of tiny variance come out wrong, and those of variance 0 become NaN."),
    eps_outside=("ε 加在根號外面了，要加在變異數上，再開根號。", "ε is added outside the root. Add it to the variance, then take the root."),
    no_root=("除的是變異數，少了平方根。", "That divides by the variance: the root is missing."),
    unbiased=("訓練時正規化用除以 N 的變異數；除以 N − 1 的只存進移動平均。", "In training it is normalized with the variance divided by N; the one with N − 1 goes into the running average only."),
    swapped=("訓練時用了移動平均。訓練要用這一批自己的平均和變異數。", "In training it uses the running averages. Training takes the mean and variance of the batch itself."),
    batch=("評估時用了這一批的平均和變異數，同一張影像的結果就看它和誰同批。要用傳進來的 `mean` 和 `var`。", "In evaluation it uses mean and variance of the batch, so that an image depends on its neighbors. Use the `mean` and `var` that are passed in."),
    root_in_evaluation=("訓練對了，評估時把 `var` 當成標準差。它是變異數，也要加 ε、開根號。", "Training is right. In evaluation `var` is taken for the standard deviation: it is the variance, and needs ε and the root too."),
    standard=("平均 0 是第三步之後的事，還有 γ 和 β。", "A mean of 0 holds after step three; γ and β are still to come."),
    pair=("±1 是兩筆的批次。一筆的 z − μ 是多少？", "±1 is what a batch of two gives. What is z − μ with one?"),
)  # fmt: skip
def q7(batch_norm: Function, from_one: float, rng: Generator) -> Marks:
    scale = [1.0, 2.0, 0.003, 0.5]  # in the third unit ε counts
    Z = rng.normal(loc=[0.5, 1, 0, 2], scale=scale, size=(6, 4))
    gamma, beta, mean = rng.normal(loc=1.5, scale=0.2, size=(3, 4))
    var = rng.uniform(0.3, 2, 4) * np.square(scale)

    def normalized(mu: FloatArray | float, s: FloatArray | float) -> FloatArray:
        return np.asarray(gamma * (Z - mu) / s + beta)

    mu = sum(Z) / 6
    s2 = sum((Z - mu) ** 2) / 6
    rows, row_var = Z.mean(axis=1, keepdims=True), Z.var(axis=1, keepdims=True)
    evaluated = normalized(mean, np.sqrt(var + EPS))
    by_batch = normalized(mu, np.sqrt(s2 + EPS))
    got = batch_norm(Z, gamma, beta, mean, var, True)
    if agree(got, normalized(rows, np.sqrt(row_var))):
        given = agree(batch_norm(Z, gamma, beta, mean, var, False), got)
        raise Mistake("todo" if given else "axis")
    expect(
        got,
        by_batch,
        axis=normalized(rows, np.sqrt(row_var + EPS)),
        one_mean=normalized(Z.mean(), np.sqrt(Z.var() + EPS)),
        no_eps=normalized(mu, np.sqrt(s2)),
        eps_outside=normalized(mu, np.sqrt(s2) + EPS),
        no_root=normalized(mu, s2 + EPS),
        unbiased=normalized(mu, np.sqrt(s2 * 6 / 5 + EPS)),
        swapped=evaluated,
    )
    yield 1
    expect(
        batch_norm(Z, gamma, beta, mean, var, False),
        evaluated,
        batch=by_batch,
        no_eps=normalized(mean, np.sqrt(var)),
        eps_outside=normalized(mean, np.sqrt(var) + EPS),
        root_in_evaluation=normalized(mean, var + EPS),
    )
    yield 2
    more = np.tile(Z, (8, 1))
    no_loop(batch_norm, (Z, gamma, beta, mean, var, True), (more, gamma, beta, mean, var, True))
    yield 3
    expect_number(from_one, -2, standard=0.0, pair=(3 - 2, -3 - 2, 1, -1))


@check.question(
    points=4,
    hints=[
        ("A 走兩條路到輸出：直接過去，和經過 tanh。兩條路的梯度相加，式 (10.10)。", "A reaches the output on two roads, straight and through tanh. Their gradients add up, Eq. (10.10)."),
        ("令 G = D ⊙ tanh′(Z)，它是 tanh 那條路的 δ。那條路剩下的，就是一般的一層：`G @ W` 和 `G.T @ A`。", "Let G = D ⊙ tanh′(Z), the δ on the road through tanh. The rest of that road is an ordinary layer: `G @ W` and `G.T @ A`."),
    ],
    no_skip=("少了直接過去的那條路：梯度 D 要原封不動加進來。", "The straight road is missing: D must be added as it is."),
    skip_only=("只有直接過去的那條路，經過 tanh 的不見了。", "Only the straight road is there; the one through tanh is gone."),
    no_slope=("少了 tanh′(Z)。", "tanh′(Z) is missing."),
    slope_on_both=("tanh′ 只在一條路上。直接過去的 D 不必乘。", "tanh′ is on one road only. The D that goes straight is not multiplied by it."),
    no_transpose=("`dA` 的方向反了：前向是 `A @ W.T`，往回是 `@ W`。", "`dA` goes the wrong way: forward is `A @ W.T`, so the way back is `@ W`."),
    at_a=("tanh′ 代錯地方了：要代 Z，不是代 tanh(Z)。", "tanh′ is taken at the wrong place: at Z, not at tanh(Z)."),
    plus_one=("加的是 1。單位矩陣乘上去的是 D，所以要加 D。", "That adds 1. The identity is multiplied by D, so add D."),
    upright=("`dW` 轉置了：形狀要和 W 一樣，「到 × 從」。", "`dW` is transposed: like W it must be to × from."),
    no_slope_W=("`dW` 少了 tanh′(Z)。", "`dW` lacks tanh′(Z)."),
    mean_W=("`dW` 多除了一次 N：D 裡面已經有了。", "`dW` is divided by N once more; it is in D already."),
    plain=("這是沒有殘差的三十層。加上 I 之後，每個區塊的因數是多少？", "Those are thirty layers without the residual connection. With I added, what is the factor of a block?"),
    one=("要 J_F = 0 才剛好是 1。這裡每個區塊都多了一點。", "It would be 1 with J_F = 0. Here each block adds a little."),
    added=("區塊和區塊之間是相乘，不是把 0.1 加三十次。", "From block to block the factors multiply; 0.1 is not added thirty times."),
)  # fmt: skip
def q8(residual_gradient: Function, thirty_blocks: float, rng: Generator) -> Marks:
    D, A, W = rng.normal(size=(3, 4, 4))  # all lengths alike, so that no wrong order raises

    def cost(A: FloatArray, W: FloatArray) -> float:
        return float(np.sum(D * (A + np.tanh(A @ W.T))))

    Z = A @ W.T
    G, G_at_a = D * tanh.df(Z), D * tanh.df(tanh(Z))
    dA, dW = several(residual_gradient(D, A, W), 2)
    expect(
        dA,
        central_difference(lambda A: cost(A, W), A),
        no_skip=G @ W,
        skip_only=D,
        no_slope=D + D @ W,
        slope_on_both=(D + D @ W) * tanh.df(Z),
        no_transpose=D + G @ W.T,
        at_a=D + G_at_a @ W,
        plus_one=1 + G @ W,
    )
    yield 1
    want = central_difference(lambda W: cost(A, W), W)
    expect(
        dW,
        want,
        upright=want.T,
        no_slope_W=D.T @ A,
        mean_W=want / 4,
        at_a=G_at_a.T @ A,
    )
    D, A, W = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), rng.normal(size=(3, 3))
    dA, dW = several(residual_gradient(D, A, W), 2)
    expect(dA, central_difference(lambda A: cost(A, W), A))
    expect(dW, central_difference(lambda W: cost(A, W), W))
    yield 2
    many = np.tile(D, (8, 1)), np.tile(A, (8, 1)), W
    no_loop(residual_gradient, (D, A, W), many)
    yield 3
    expect_number(thirty_blocks, 1.1**30, plain=0.1**30, one=1.0, added=4.0)


@check.question(
    points=4,
    hints=[
        ("先把兩個陣列的所有元素當成一個長向量，算一個長度；兩個陣列乘上同一個數。", "Take all elements of both arrays as one long vector and find its one norm; multiply both arrays by the same number."),
        ("那個數是 c 除以長度，但不超過 1。病人先看兩件事：梯度是太大還是太小？是每一層、往前越小，還是某些單元？", "That number is c divided by the norm, and never above 1. For a patient ask two things. Is the gradient too large or too small? In all layers, toward the input, or in some units?"),
    ],
    each_value=("這是把每個數各自截斷，方向會變。要整個一起縮。", "That cuts off each number by itself, which turns the vector. Shrink it as a whole."),
    each_array=("兩個陣列各自縮了，比例就變了。要用同一個長度、同一個倍數。", "Each array is shrunk by itself, which changes their ratio. Use one norm and one factor for both."),
    weights_only=("長度只算了 `dW`，`db` 也是梯度的一部分。", "The norm is that of `dW` alone; `db` is part of the gradient."),
    added=("兩個長度直接相加了。長向量的長度，是平方相加再開根號。", "The two norms are added. The norm of the long vector is the root of the sum of squares."),
    no_root=("除的是長度的平方，少了開根號。", "That divides by the square of the norm: the root is missing."),
    unclipped=("長度超過 c 的梯度沒有縮短。", "A gradient longer than c was not shortened."),
    upward=("梯度比 c 短，卻拉長了。裁剪只縮短，不拉長。", "This gradient is shorter than c, and it was stretched. Clipping shortens and never lengthens."),
    zero=("梯度全是 0 的時候變成 NaN：除以零了。", "With a gradient of zeros it gives NaN: a division by zero."),
    length=("要四個字母，依序對應病人 1 到 4，只用 A、B、C、D，例如 \"ABCD\"。", "Give four letters, for patients 1 to 4 in order, of A to D alone, such as \"ABCD\"."),
    depth=("病人 1：沒有飽和，是一層一層乘小的。哪一個療法另外開一條不必乘的路？", "Patient 1: nothing is saturated, it shrinks layer by layer. Which remedy opens a road without multiplication?"),
    depth_clipped=("病人 1：梯度太小。裁剪只縮短，救不了消失。", "Patient 1: the gradient is too small. Clipping only shortens and does not help against vanishing."),
    saturated=("病人 2：各層一樣小，所以不是深度。小在輸出神經元的 σ′。哪一個療法把它消掉？", "Patient 2: all layers are alike, so it is not depth. What is small is σ′ of the output neuron. Which remedy removes it?"),
    leap=("病人 3：平常都好，偶爾一步太大。哪一個療法只管那一步？", "Patient 3: all is well, and now and then one step is too large. Which remedy deals with that step alone?"),
    leap_residual=("病人 3：殘差連接把路加寬，擋不住爆炸。", "Patient 3: residual connections add to the gradient and do not stop an explosion."),
    dead=("病人 4：關著的單元斜率是 0，再多的梯度乘上去還是 0。要換掉什麼？", "Patient 4: a closed unit has slope 0, and any gradient times that is 0. What must be replaced?"),
)  # fmt: skip
def q9(clip: Function, remedies: str, rng: Generator) -> Marks:
    dW, db = rng.normal(size=(3, 2)), rng.normal(size=3)
    w_norm, b_norm = (float(np.sqrt(np.sum(g**2))) for g in (dW, db))
    norm = float(np.hypot(w_norm, b_norm))
    c = 0.2 * norm
    w_own, b_own = min(1.0, c / w_norm), min(1.0, c / b_norm)
    known = {
        "each_value": (np.clip(dW, -c, c), np.clip(db, -c, c)),
        "each_array": (w_own * dW, b_own * db),
        "weights_only": (w_own * dW, w_own * db),
        "added": (c / (w_norm + b_norm) * dW, c / (w_norm + b_norm) * db),
        "no_root": (c / norm**2 * dW, c / norm**2 * db),
        "unclipped": (dW, db),
    }
    got_W, got_b = several(clip(dW, db, c), 2)
    for code, (wrong_W, wrong_b) in known.items():
        if agree(got_W, wrong_W) and agree(got_b, wrong_b):
            raise Mistake(code)
    expect(got_W, 0.2 * dW)
    expect(got_b, 0.2 * db)
    yield 1
    got_W, got_b = several(clip(dW, db, 1.7 * norm), 2)
    expect(got_W, dW, upward=1.7 * dW)
    expect(got_b, db)
    got_W, got_b = several(clip(0 * dW, 0 * db, c), 2)
    if isinstance(got_W, np.ndarray) and np.isnan(got_W).any():
        raise Mistake("zero")
    expect(got_W, 0 * dW)
    expect(got_b, 0 * db)
    yield 2
    depth = "depth_clipped" if remedies.startswith("A") else "depth"
    leap = "leap_residual" if remedies[2:3] == "D" else "leap"
    for count in choose_each(remedies, "DCAB", "ABCD", (depth, "saturated", leap, "dead")):
        yield 2 + count / 2
