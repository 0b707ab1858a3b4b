"""The questions of exercise 10, vanishing and exploding gradients."""

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from nncheck.answers import Function, Lines, Missing, Mistake
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
    passing_over,
    several,
)
from nncheck.parts import NAMED, naming
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
    points=4,
    hints=[
        ("第 t 次用到的 w 只在 z_t 裡，乘著 a_{t−1}。從 z_t 走到 a_T，一路上經過哪些斜率、哪些 w？", "The w of step t occurs in z_t alone, times a_{t−1}. On the way from z_t to a_T, which slopes are passed, and which w?"),
        ("從最後一步往回走：手上拿著 δ = ∂ℓ/∂z_t，貢獻是 δ·a_{t−1}；往回一步，δ 乘上 w，再乘上 σ′(z_{t−1})。σ′ 用 a(1 − a) 就寫得出來。", "Walk back from the last step with δ = ∂ℓ/∂z_t in hand. The contribution is δ·a_{t−1}; one step back, δ is multiplied by w and by σ′(z_{t−1}). And σ′ can be written as a(1 − a)."),
        ("所有的 z 都是 0 的時候，往回一步就是乘上 w/4。k 步以後剩 (|w|/4)ᵏ，取對數。", "With every z at 0, a step back multiplies by w/4. After k steps (|w|/4)ᵏ is left; take logarithms."),
    ],
    total=("這是全部加起來的 ∂ℓ/∂w。題目要每一次各自的貢獻，共 T 個。", "That is their sum, ∂ℓ/∂w. The question asks for each contribution by itself, T of them."),
    reversed=("順序反了：第一個是 t = 1，最靠近輸入的那一次。", "The order is reversed: the first is t = 1, the use nearest the input."),
    no_input=("少了前一步的 a：這是偏置的貢獻，權重還要乘上它這一步的輸入。", "The a of the step before is missing. This is what the bias contributes; a weight is multiplied by its input at that step."),
    own_output=("乘到 a_t 了。w 在第 t 步乘的是前一步的輸出。", "That multiplies by a_t. In step t, w stands beside the output of the step before."),
    extra_w=("w 多乘了一次：第 t 次的 w 就是你正在推的那一個，影響從它後面開始走。", "w is multiplied once too often. The w of step t is the one being nudged; its effect only starts there."),
    no_w=("少了 w：往回每走一步，要乘上斜率，也要乘上 w。", "w is missing: each step back multiplies by a slope and by w."),
    no_own_slope=("少了自己那一步的 σ′(z_t)：影響要先穿過第 t 個神經元。", "The slope of its own step, σ′(z_t), is missing: the effect must get through neuron t first."),
    no_walk=("每一次的貢獻都停在自己那一步。從 z_t 到 a_T，後面的每一步都還要乘。", "Each contribution stops at its own step. From z_t to a_T every later step multiplies as well."),
    at_a=("σ′ 代錯地方了：手上是 a，不是 z。σ′(z) = a(1 − a)。", "σ′ is taken at the wrong place: what you have is a, not z. σ′(z) = a(1 − a)."),
    no_loss=("只到 a_T 為止，還要乘上 ∂ℓ/∂a_T。", "That ends at a_T. Multiply by ∂ℓ/∂a_T as well."),
    rounded_down=("`steps_back`：這一步還沒有低過去，要再往回一步。", "`steps_back`: there the share has not been passed yet. One more step."),
    not_whole=("`steps_back`：算式對，題目要整數。", "`steps_back`: the formula is right; the question asks for a whole number."),
    slopes_only=("`steps_back`：只乘了斜率。往回一步還要乘上 w。", "`steps_back`: those are the slopes alone. A step back multiplies by w as well."),
    negative=("`steps_back`：w > 0 對了，w < 0 不對。看的是大小，|w|。", "`steps_back`: right for w > 0 and not for w < 0. What counts is the size, |w|."),
)  # fmt: skip
def q2(contributions: Function, steps_back: Function, rng: Generator) -> Marks:
    for T in (int(rng.integers(4, 8)), 3):
        w = float(rng.uniform(1.5, 3) * rng.choice([-1, 1]))
        b, start = rng.normal(scale=0.5, size=2)

        def activations(w: FloatArray, b: float = b, start: float = start) -> FloatArray:
            a = [start]
            for w_t in w:
                a.append(float(logistic(w_t * a[-1] + b)))
            return np.array(a)

        a = activations(np.full(T, w))
        dl_da = a[-1] - 30
        want = central_difference(
            lambda w: (activations(w)[-1] - 30) ** 2 / 2,
            np.full(T, w),
        )
        slopes = a[1:] * (1 - a[1:])
        expect(
            contributions(w, a, dl_da),
            want,
            total=want.sum(),
            reversed=want[::-1],
            no_input=want / a[:-1],
            own_output=want / a[:-1] * a[1:],
            extra_w=want * w,
            no_w=dl_da * walk_back(slopes, 1) * slopes * a[:-1],
            no_own_slope=want / slopes,
            no_walk=dl_da * slopes * a[:-1],
            at_a=dl_da * walk_back(logistic.df(a[1:]), w) * logistic.df(a[1:]) * a[:-1],
            no_loss=want / dl_da,
        )
    yield 2
    exact = 0.0
    while not 0.1 < exact % 1 < 0.9:  # no share is met exactly
        w, share = float(rng.uniform(1.5, 3.2)), float(10 ** rng.uniform(-6, -3))
        exact = float(np.log(share) / np.log(w / 4))
    steps = np.ceil(exact)
    expect(
        steps_back(w, share),
        steps,
        rounded_down=np.floor(exact),
        not_whole=exact,
        slopes_only=np.ceil(np.log(share) / np.log(0.25)),
    )
    yield 3
    expect_alike("negative", steps_back(-w, share), steps)


@passing_over
def expect_alike(code: str, got: Any, want: npt.ArrayLike) -> None:
    """Raise the Mistake of this code unless the numbers agree."""
    if not agree(got, want):
        raise Mistake(code)


def walk_back(slopes: FloatArray, w: float) -> FloatArray:
    """What multiplies a contribution after its own step: the product of w σ′ over later steps."""
    return np.append(np.cumprod((w * slopes[1:])[::-1])[::-1], 1.0)


def half_windows(w: FloatArray) -> FloatArray:
    """The z ≥ 0 at which |w| tanh′(z) = 1, by bisection: the end of the window in z; 0 without one."""
    low, high = np.zeros_like(w), np.full_like(w, 50.0)
    for _ in range(60):
        middle = (low + high) / 2
        inside = np.abs(w) * tanh.df(middle) >= 1
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low


@check.question(
    points=5,
    hints=[
        ("令 t = tanh z，斜率是 1 − t²。解 1 − t² = 1/|w|，兩個根就是窗口的兩端；tanh 的反函數是 `np.arctanh`。", "Let t = tanh z; the slope is 1 − t². Solve 1 − t² = 1/|w|: the two roots are the ends of the window. The inverse of tanh is `np.arctanh`."),
        ("根是 ±r，r² = 1 − 1/|w|；z 的寬度除以 |w|，就是 a 的寬度。|w| < 1 時把 r 設成 0：`np.maximum`。最大值用密密的一排 w 去掃。", "The roots are ±r with r² = 1 − 1/|w|, and the width in z over |w| is the width in a. Where |w| < 1 let r be 0: `np.maximum`. For the maximum, scan a fine grid of w."),
        ("最後一題先算 w = 2 和 w = 8 的兩個寬度，logistic 的用式 (10.2)。再想：偏置是 0，窗口的中間在哪裡？激活值散在哪裡？", "For the last part compute both widths at w = 2 and w = 8, that of the logistic by Eq. (10.2). Then ask: with a bias of 0, where is the middle of the window, and where are the activations?"),
    ],
    one_side=("只有一半：窗口往兩邊開，z 和 −z 都算。", "That is half of it: the window opens to both sides, z and −z."),
    in_z=("這是 z 的寬度。題目問 a：z = wa + b，a 走一步，z 走 w 步。", "That is the width in z. The question is about a: in z = wa + b, z moves w times as far as a."),
    of_logistic=("這是式 (10.2)，logistic 的窗口。tanh 的斜率是 1 − tanh²，重推一次。", "That is Eq. (10.2), the window of the logistic. The slope of tanh is 1 − tanh²; derive it anew."),
    no_inverse=("兩端還是 t = tanh z 的值，要用反函數換回 z。", "Those ends are values of t = tanh z. Turn them back into z with the inverse."),
    no_root=("r 少了平方根：1 − t² = 1/|w|，t 是多少？", "r lacks its square root: if 1 − t² = 1/|w|, what is t?"),
    base_ten=("用成 log₁₀ 了，要用自然對數 `np.log`。", "That is log₁₀; take the natural logarithm, `np.log`."),
    negative=("w > 0 對了，w < 0 不對。題目看的是 |w tanh′|，也就是 |w|。", "It is right for w > 0 and not for w < 0. What counts is |w tanh′|, and so |w|."),
    closed=("|w| < 1 時沒有窗口，寬度應該是 0，不是 NaN，也不是別的數。", "For |w| < 1 there is no window: its width must be 0, and neither NaN nor any other number."),
    widest_of_logistic=("`w_widest`：這是 logistic 的。用你的函式去掃。", "`w_widest`: that is the one of the logistic. Scan your own function."),
    opens=("`w_widest`：1 是窗口剛打開的地方，寬度還是 0。題目問哪裡最寬。", "`w_widest`: at 1 the window just opens, and its width is still 0. Where is it widest?"),
    the_width=("`w_widest`：這是最大的寬度。題目問的是那時的 |w|。", "`w_widest`: that is the largest width. The question asks for the |w| at which it occurs."),
    coarse=("`w_widest`：很接近了，格子再密一點，要到小數第二位。", "`w_widest`: very near. Scan a finer grid: two decimals are wanted."),
    A=("`why_tanh`：算算 w = 8：tanh 的窗口反而窄一點。", "`why_tanh`: compute it at w = 8, where the window of tanh is a little narrower."),
    C=("`why_tanh`：tanh 一樣會飽和，兩頭都是平的；窗口的兩端就是飽和開始的地方。", "`why_tanh`: tanh saturates as well, on both sides; saturation is what ends the window."),
    D=("`why_tanh`：要比的是因子的大小，不看正負；連乘也不會互相抵消。", "`why_tanh`: it is the size of a factor that matters, not its sign; and factors of a product do not cancel."),
)  # fmt: skip
def q3(window_width: Function, w_widest: float, why_tanh: str, rng: Generator) -> Marks:
    w = rng.uniform(1.2, 9, int(rng.integers(4, 9)))
    want = 2 * half_windows(w) / w
    of_logistic = np.sqrt(np.maximum(1 - 4 / w, 0))
    expect(
        window_width(w),
        want,
        one_side=want / 2,
        in_z=want * w,
        of_logistic=4 * np.arctanh(of_logistic) / w,
        no_inverse=2 * np.sqrt(1 - 1 / w) / w,
        no_root=2 * np.arctanh(1 - 1 / w) / w,
        base_ten=want / np.log(10),
    )
    yield 1
    expect_alike("negative", window_width(-w), want)
    small = rng.uniform(0.1, 0.9, 4) * [1, -1, 1, -1]
    expect_alike("closed", window_width(small), np.zeros(4))
    yield 2
    no_loop(window_width, (w,), (np.tile(w, 8),))
    yield 3
    grid = np.linspace(1.2, 3, 18_001)
    widths = 2 * half_windows(grid) / grid
    best = float(grid[widths.argmax()])
    near = np.arange(1.5, 2, 0.01)
    expect_number(
        w_widest,
        best,
        opens=1.0,
        the_width=float(widths.max()),
        widest_of_logistic=4 * best,
        coarse=near[np.abs(near - best) > 0.006].tolist(),
    )
    yield 4
    choose(why_tanh, "B", "ABCD")


@check.question(
    points=4,
    hints=[
        ("抽二十萬個 z，乘上 s，算 f′(z)，平方、平均、開根號。`logistic.df`、`tanh.df`、`relu.df` 都有。", "Draw two hundred thousand z, times s; take f′(z), square, average, take the root. `logistic.df`, `tanh.df` and `relu.df` are there."),
        ("式 (10.6) 的因子裡，除了 f′，還有什麼你改得動？權重變大，z 會不會跟著變大，f′ 又會怎樣？看第 10 章把偏置改掉前後的那張表。", "In the factor of Eq. (10.6), what can you change besides f′? And when weights grow, does z grow with them, and what becomes of f′? Chapter 10 has a table with and without other biases."),
    ],
    squared=("少了平方根：q 是均方，題目問大小（均方根）的因子。", "The root is missing: q is a mean square, and the question asks about the size, its root."),
    mean_slope=("先平方再平均。這是 f′ 的平均，不是均方根。", "Square first, then average. That is the mean of f′ and not its root mean square."),
    largest=("這是最大的斜率。z 散在 0 的兩邊，多半碰不到最大的地方。", "Those are the largest slopes. z is spread about 0 and mostly not where the slope is largest."),
    no_derivative=("這裡用的是 f(z)，往回走乘的是斜率 f′(z)。", "Those come from f(z). On the way back it is the slope f′(z) that multiplies."),
    at_a=("f′ 代錯地方了：要代 z，不是代 a = f(z)。", "f′ is taken at the wrong place: at z, not at a = f(z)."),
    no_scale=("這是 s = 1 的因子。z 的標準差是傳進來的 s。", "Those are the factors for s = 1. The standard deviation of z is the s that is passed in."),
    as_variance=("z 的標準差是 s，變異數是 s²；你把 s 當成變異數了。", "z has the standard deviation s and the variance s²; you took s for the variance."),
    always_open=("前兩個對了。ReLU 的斜率 1 只屬於開著的單元，z 有一半是負的。", "The first two are right. The slope 1 of ReLU belongs to open units, and half of the z are negative."),
    one_wrong=("{name} 的因子不對，其他的先別改。", "The factor of {name} is not right; the others may stay."),
    A=("`mends_relu`：學習率不在因子裡。它乘在算完的梯度上，各層一樣。", "`mends_relu`: the learning rate is in none of the factors. It multiplies the finished gradient, alike in all layers."),
    B=("`mends_relu`：開著的單元斜率是 1，關著的是 0；一半一半，因子就不是 1。", "`mends_relu`: an open unit has slope 1 and a closed one 0. With half of each, the factor is not 1."),
    D=("`mends_relu`：批次大小不在因子裡，平均幾筆都一樣。", "`mends_relu`: the batch size is in none of the factors, however many samples are averaged."),
    cured=("`weights_alone`：那要 z 還是散在 1 上下才對。權重變大，下一層的 z 也跟著變大，斜率就變小了。", "`weights_alone`: that would be so if z kept its spread of 1. Larger weights spread the next z further, where slopes are smaller."),
    doomed=("`weights_alone`：不是每一種起點都會消失。什麼東西讓 z 偏到一邊，又能用偏置減掉？", "`weights_alone`: not every start vanishes. What pushes z to one side, and could be taken away by a bias?"),
    explodes=("`weights_alone`：斜率變小了，因子還是不到 1，不會爆炸。", "`weights_alone`: slopes become smaller, and the factor stays below 1; nothing explodes."),
)  # fmt: skip
def q4(factors_at: Function, mends_relu: str, weights_alone: str, rng: Generator) -> Marks:
    functions = (logistic, tanh, relu)
    s = float(rng.uniform(1.7, 3))
    z = s * Z_GRID

    def root_mean_square(values: FloatArray) -> float:
        return float(np.sqrt(NORMAL @ values**2))

    def factors(z: FloatArray) -> FloatArray:
        return np.array([root_mean_square(f.df(z)) for f in functions])

    want = factors(z)
    known = {
        "squared": want**2,
        "mean_slope": np.array([NORMAL @ f.df(z) for f in functions]),
        "largest": np.array([f.df(Z_GRID).max() for f in functions]),
        "no_derivative": np.array([root_mean_square(f(z)) for f in functions]),
        "at_a": np.array([root_mean_square(f.df(f(z))) for f in functions]),
        "no_scale": factors(Z_GRID),
        "as_variance": factors(np.sqrt(s) * Z_GRID),
    }
    expect_factors(factors_at(s), want, known)
    yield 2
    choose(mends_relu, "C", "ABCD")
    yield 3
    wrong_answers = {"A": "cured", "C": "doomed", "D": "explodes"}
    try:
        choose(weights_alone, "B", "ABCD")
    except Mistake as mistake:
        raise Mistake(wrong_answers.get(mistake.code, mistake.code), **mistake.values) from None


@passing_over
def expect_factors(got: Any, want: FloatArray, known: dict[str, FloatArray]) -> None:
    """As `expect`, within one and a half percent, for they may come from a sample."""
    try:
        expect(got, want)
    except Mistake as mistake:
        if mistake.code != "value":
            raise
    got = np.array(got, float)
    for code, wrong in known.items():
        if np.allclose(got, wrong, rtol=0.015, atol=0):
            raise Mistake(code)
    right = np.isclose(got, want, rtol=0.015, atol=0)
    if right[:2].all() and agree(got[2], 1):
        raise Mistake("always_open")
    if right.sum() == 2:
        raise Mistake("one_wrong", name=("logistic", "tanh", "ReLU")[int(np.argmin(right))])
    if not right.all():
        raise Mistake("wrong")


@check.question(
    points=4,
    hints=[
        ("z 是 n + 1 項的和：n 個 w·x 和一個 b。獨立的項，變異數相加。wx 的變異數是 x² Var(w)。", "z is a sum of n + 1 terms, n of w·x and one b. Variances of independent terms add up, and wx has the variance x² Var(w)."),
        ("ReLU 讓均方剩一半，而 M Var(w) = c，所以每過一層變異數乘 c/2。從第 1 層到第 l 層過了幾層？", "ReLU halves the mean square, and M Var(w) = c, so each layer multiplies the variance by c/2. How many layers lie between layer 1 and layer l?"),
        ("c = 2.1 時每過一層乘 1.05。1.05 的幾次方才到 2？", "With c = 2.1 each layer multiplies by 1.05. Which power of 1.05 first reaches 2?"),
    ],
    all_inputs=("`variance_of_z`：每個輸入都當成 1 了。wx 的變異數是 x² Var(w)。", "`variance_of_z`: every input counts as 1. The variance of wx is x² Var(w)."),
    no_bias=("`variance_of_z`：少了偏置：它的變異數也要加進去。", "`variance_of_z`: the bias is missing; its variance is added too."),
    centered=("`variance_of_z`：這裡用了輸入的變異數。x 是給定的數，式 (10.5) 的右邊是均方，不減平均。", "`variance_of_z`: that uses the variance of the inputs. They are given numbers, and in Eq. (10.5) stands their mean square, with no mean subtracted."),
    averaged=("`variance_of_z`：用了均方，還要乘上輸入的個數。", "`variance_of_z`: that is the mean square; multiply by the number of inputs."),
    not_squared=("`variance_of_z`：x 沒有平方：乘上 x，變異數就乘上 x²。", "`variance_of_z`: x is not squared. What is multiplied by x has its variance multiplied by x²."),
    root=("`{name}`：這是標準差，題目問變異數。", "`{name}`: that is the standard deviation; the question asks for the variance."),
    no_half=("`variance_in_layer`：這是恆等函數的。ReLU 丟掉一半的均方。", "`variance_in_layer`: that holds for the identity. ReLU throws away half of the mean square."),
    too_many=("`variance_in_layer`：多乘了一次：第 1 層的變異數是 1，到第 l 層過了 l − 1 層。", "`variance_in_layer`: one factor too many. Layer 1 has variance 1, and layer l is l − 1 layers on."),
    quartered=("`variance_in_layer`：每層乘 c/4 太少了：減半的是均方，變異數也就減半。", "`variance_in_layer`: c/4 for each layer is too little. The mean square is halved, and so is the variance."),
    doubled_early=("`layers_to_double`：這時還不到兩倍，要再過一層。", "`layers_to_double`: there it is not yet doubled. One more layer."),
    not_whole=("`layers_to_double`：算式對，題目要整數。", "`layers_to_double`: the formula is right; the question asks for a whole number."),
    of_std=("`layers_to_double`：這是標準差變成兩倍的時候。題目問變異數。", "`layers_to_double`: that is when the standard deviation has doubled. The question asks for the variance."),
    added=("`layers_to_double`：百分之五是一層一層乘的，不是加的。", "`layers_to_double`: five percent are multiplied layer by layer, and not added."),
)  # fmt: skip
def q5(
    variance_of_z: Function, variance_in_layer: Function, layers_to_double: float, rng: Generator
) -> Marks:
    x = rng.normal(1, 1, int(rng.integers(5, 12)))
    x[: len(x) // 3] = 0
    var_w, var_b = rng.uniform(0.2, 0.8), rng.uniform(0.5, 2)
    want = sum(var_w * each**2 for each in x) + var_b
    with naming("variance_of_z"):
        expect(
            variance_of_z(x, var_w, var_b),
            want,
            all_inputs=len(x) * var_w + var_b,
            no_bias=want - var_b,
            centered=len(x) * x.var() * var_w + var_b,
            averaged=np.mean(x**2) * var_w + var_b,
            not_squared=x.sum() * var_w + var_b,
            root=np.sqrt(want),
        )
    yield 1
    layer = int(rng.integers(3, 7))
    for c in (float(rng.uniform(1.1, 1.7)), float(rng.uniform(2.3, 3))):
        want, kept = 1.0, c * float(NORMAL @ relu(Z_GRID) ** 2)
        for _ in range(layer - 1):
            want *= kept
        with naming("variance_in_layer"):
            expect(
                variance_in_layer(layer, c),
                want,
                no_half=c ** (layer - 1),
                too_many=want * c / 2,
                root=np.sqrt(want),
                quartered=(c / 4) ** (layer - 1),
            )
    yield 3
    exact = float(np.log(2) / np.log(1.05))
    expect_number(
        layers_to_double,
        np.ceil(exact),
        doubled_early=np.floor(exact),
        not_whole=exact,
        of_std=np.ceil(2 * exact),
        added=20,
    )


@check.question(
    points=4,
    hints=[
        ("式 (10.5)：Var(z) 要等於前一層的 Var(z)。先算 E[f(z)²] 是 Var(z) 的幾倍，z 一半正、一半負。", "In Eq. (10.5) Var(z) shall equal that of the layer before. First find how E[f(z)²] relates to Var(z): half of the z are positive, half negative."),
        ("正的一半貢獻 ½ Var(z)，負的一半貢獻 ½γ² Var(z)。`M_out, M_in = shape`。", "The positive half contributes ½ Var(z), the negative half ½γ² Var(z). And `M_out, M_in = shape`."),
        ("logistic：每個輸入是 ½ 加上 z/4。½ 的部分加起來，是 ½ Σ w，偏置把它減掉；z/4 的部分，均方是 Var(z)/16。", "The logistic: each input is ½ plus z/4. The halves add up to ½ Σ w, which the bias takes away; z/4 has the mean square Var(z)/16."),
    ],
    variance=("`{name}`：這是變異數，題目要標準差。", "`{name}`: that is the variance; the question asks for the standard deviation."),
    fan_out=("`{name}`：用錯寬度了：z 是輸入的和，算的是 M_in。shape 是 (M_out, M_in)，輸出在前。", "`{name}`: it is the wrong width. z is a sum over the inputs, so M_in counts; shape is (M_out, M_in), outputs first."),
    no_two=("`leaky_std`：少了 2：斜率 1 的只有一半，均方要除以 2。", "`leaky_std`: the 2 is missing. Only half of the z have slope 1, and the mean square is divided by 2."),
    he=("`leaky_std`：這是 He，γ = 0 的情形。γ > 0 時負的那一半也有貢獻。", "`leaky_std`: that is He, the case γ = 0. With γ > 0 the negative half contributes as well."),
    no_square=("`leaky_std`：γ 要平方：算的是均方。", "`leaky_std`: γ must be squared, for it is a mean square."),
    upside_down=("`leaky_std`：乘錯邊了：激活函數放過去越多，權重要越小。", "`leaky_std`: it multiplies on the wrong side. The more the activation lets through, the smaller the weights."),
    minus=("`leaky_std`：正負號反了：負的那一半平方之後是加的。", "`leaky_std`: the sign is wrong. Once squared, the negative half is added."),
    no_four=("`logistic_std`：少了 logistic 的斜率：z 在 0 附近動一點，a 只動 ¼。", "`logistic_std`: the slope of the logistic is missing. Near 0, when z moves a little, a moves a quarter of it."),
    quarter=("`logistic_std`：乘錯邊了：斜率只有 ¼，權重要大到 4 倍才補得回來。", "`logistic_std`: it multiplies on the wrong side. The slope is ¼, so the weights must be 4 times as large."),
    sixteen=("`logistic_std`：16 是變異數的倍數，標準差是它的平方根。", "`logistic_std`: 16 is the factor for the variance; the standard deviation takes its root."),
    he_logistic=("`logistic_std`：2 是 ReLU 的。logistic 沒有關掉一半，減掉平均以後是 z/4。", "`logistic_std`: the 2 belongs to ReLU. The logistic closes no half; with its mean taken away it is z/4."),
    sign=("`centering_biases`：正負號反了：偏置要把 ½ Σ w 減掉。", "`centering_biases`: the sign is wrong. The bias must take ½ Σ w away."),
    no_half=("`centering_biases`：少了 ½：logistic 的輸出平均是 ½，不是 1。", "`centering_biases`: the ½ is missing. The mean output of the logistic is ½ and not 1."),
    averaged=("`centering_biases`：這是平均，要的是總和：z 把每個輸入都加起來。", "`centering_biases`: that is a mean, and a sum is needed: z adds up all the inputs."),
    axis=("`centering_biases`：加錯軸了：每個單元有自己的一列（row）權重，加的是那一列。", "`centering_biases`: that sums over the wrong axis. Each unit has a row of weights of its own, and it is this row that is summed."),
)  # fmt: skip
def q6(
    leaky_std: Function, centering_biases: Function, logistic_std: Function, rng: Generator
) -> Marks:
    M_out, M_in = (int(n) for n in rng.choice(np.arange(20, 200), 2, replace=False))
    gamma = float(rng.uniform(0.2, 0.8))
    passed = float(NORMAL @ leaky_relu(gamma)(Z_GRID) ** 2)  # E[f(z)²] for Var(z) = 1
    want = (M_in * passed) ** -0.5
    with naming("leaky_std"):
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
    yield 2
    wide, narrow = (int(n) for n in rng.choice(np.arange(2, 9), 2, replace=False))
    for shape in ((wide, wide), (wide, narrow)):
        W = rng.normal(size=shape)
        z = W @ np.full(shape[1], 0.5)  # of the mean outputs alone
        wrong = {"sign": z, "no_half": -2 * z, "averaged": -z / shape[1]}
        if wide == shape[1]:
            wrong["axis"] = -W.sum(axis=0) / 2
        with naming("centering_biases"):
            expect(centering_biases(W), -z, **wrong)
    yield 3
    slope = float(central_difference(lambda z: float(logistic(z[0])), np.zeros(1))[0])
    want = (M_in * slope**2) ** -0.5
    with naming("logistic_std"):
        expect(
            logistic_std((M_out, M_in)),
            want,
            variance=want**2,
            fan_out=(M_out * slope**2) ** -0.5,
            no_four=M_in**-0.5,
            quarter=slope * M_in**-0.5,
            sixteen=16 * M_in**-0.5,
            he_logistic=(2 / M_in) ** 0.5,
        )


@check.question(
    points=4,
    hints=[
        ("對每個單元，看一批裡的所有樣本：平均要沿著哪個軸？每個單元該有一個平均，形狀 (M,)。", "For each unit, look at all samples of the batch: along which axis is the mean? There is one for each unit, in shape (M,)."),
        ("訓練和評估只差在 `mean`、`var` 從哪裡來，後面的算式一樣。ε 在根號裡面。一筆的批次，z − μ 是多少？", "Training and evaluation differ in where `mean` and `var` come from; the formula after that is the same. ε stands under the root. And in a batch of one, what is z − μ?"),
    ],
    todo=("還沒做完：三個錯都改了嗎？`from_one` 填了嗎？", "Not finished: are the three bugs mended, and is `from_one` filled in?"),
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
    N, M = int(rng.integers(5, 9)), int(rng.integers(3, 6))
    scale = rng.permutation([0.003, *rng.uniform(0.5, 2, M - 1)])  # in one unit ε counts
    Z = rng.normal(loc=scale, scale=scale, size=(N, M))
    gamma, beta, mean = rng.normal(loc=1.5, scale=0.2, size=(3, M))
    var = rng.uniform(0.3, 2, M) * np.square(scale)

    def normalized(mu: FloatArray | float, s: FloatArray | float) -> FloatArray:
        return np.asarray(gamma * (Z - mu) / s + beta)

    mu = sum(Z) / N
    s2 = sum((Z - mu) ** 2) / N
    rows, row_var = Z.mean(axis=1, keepdims=True), Z.var(axis=1, keepdims=True)
    evaluated = normalized(mean, np.sqrt(var + EPS))
    by_batch = normalized(mu, np.sqrt(s2 + EPS))
    got = batch_norm(Z, gamma, beta, mean, var, True)
    if batch_norm.missing is None and agree(got, normalized(rows, np.sqrt(row_var))):
        if not agree(batch_norm(Z, gamma, beta, mean, var, False), got):
            raise Mistake("axis")
        got = batch_norm.missing = Missing(Mistake("todo"), batch_norm.passed)  # as it was given
    expect(
        got,
        by_batch,
        axis=normalized(rows, np.sqrt(row_var + EPS)),
        one_mean=normalized(Z.mean(), np.sqrt(Z.var() + EPS)),
        no_eps=normalized(mu, np.sqrt(s2)),
        eps_outside=normalized(mu, np.sqrt(s2) + EPS),
        no_root=normalized(mu, s2 + EPS),
        unbiased=normalized(mu, np.sqrt(s2 * N / (N - 1) + EPS)),
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
    expect_number(from_one, -2, standard=0.0, pair=(3 - 2, -3 - 2, -1))


@check.question(
    points=5,
    hints=[
        ("A 走兩條路到輸出：直接過去，和經過 tanh，第二條還乘著 α。兩條路的梯度相加，式 (10.10)。", "A reaches the output on two roads: straight, and through tanh, where α multiplies. Their gradients add up, Eq. (10.10)."),
        ("令 G = α D ⊙ tanh′(Z)，它是 tanh 那條路的 δ，剩下的就是一般的一層：`G @ W` 和 `G.T @ A`。α 是一個數，乘在每一筆、每個單元上，所以它的梯度要全部加起來。", "Let G = α D ⊙ tanh′(Z), the δ on the road through tanh. The rest is an ordinary layer: `G @ W` and `G.T @ A`. α is one number that multiplies every unit of every sample, so its gradient is a sum over all of them."),
        ("均方：直接那條留下 1 份，tanh 那條加上 α² 份，交叉項平均是 0。每過一個區塊均方乘 1 + α²，L 個相乘，最後開根號。", "Mean squares: the straight road keeps 1, the road through tanh adds α², and the cross term averages to 0. Each block multiplies the mean square by 1 + α²; take L of them, then the root."),
    ],
    no_skip=("`dA`：少了直接過去的那條路：梯度 D 要原封不動加進來。", "`dA`: the straight road is missing; D must be added as it is."),
    skip_only=("`dA`：只有直接過去的那條路，經過 tanh 的不見了。", "`dA`: only the straight road is there; the one through tanh is gone."),
    no_alpha=("`{name}`：少了 α：tanh 那條路上乘著它。", "`{name}`: α is missing. It multiplies on the road through tanh."),
    alpha_on_both=("`dA`：α 只在 tanh 那條路上。直接過去的 D 不必乘。", "`dA`: α is on the road through tanh only. The D that goes straight is not multiplied by it."),
    no_slope=("`{name}`：少了 tanh′(Z)。", "`{name}` lacks tanh′(Z)."),
    slope_on_both=("`dA`：tanh′ 只在一條路上。直接過去的 D 不必乘。", "`dA`: tanh′ is on one road only. The D that goes straight is not multiplied by it."),
    no_transpose=("`dA`：方向反了：前向是 `A @ W.T`，往回是 `@ W`。", "`dA` goes the wrong way: forward is `A @ W.T`, so the way back is `@ W`."),
    at_a=("`{name}`：tanh′ 代錯地方了：要代 Z，不是代 tanh(Z)。", "`{name}`: tanh′ is taken at the wrong place; it must be at Z, and not at tanh(Z)."),
    upright=("`dW`：轉置了：形狀要和 W 一樣，「到 × 從」。", "`dW` is transposed: like W it must be to × from."),
    averaged=("`{name}`：多除了一次 N：D 裡面已經有了。", "`{name}` is divided by N once more; it is in D already."),
    not_summed=("`dalpha`：α 是一個數，每個元素的貢獻都要加起來。", "`dalpha`: α is one number. Add up what every element contributes."),
    alpha_twice=("`dalpha`：α 還在裡面。對 α 微分，乘著它的就是 tanh(Z)。", "`dalpha`: α is still in it. By α, the derivative of α tanh(Z) is tanh(Z)."),
    of_slope=("`dalpha`：乘到斜率了。α 不在 tanh 裡面，乘的是 tanh(Z) 的值。", "`dalpha`: that multiplies by the slope. α is outside the tanh, and stands beside the value tanh(Z)."),
    coherent=("`{name}`：這是每個區塊都往同一個方向加，像 J_F = αI。方向隨機時，交叉項平均是 0，加的是平方。", "`{name}`: that is when each block adds in the same direction, as with J_F = αI. In random directions the cross term averages to 0, and squares add up."),
    mean_square=("`{name}`：這是均方。題目問大小，均方根。", "`{name}`: that is for the mean square. The question asks for the size, its root."),
    plain=("`growth`：這是沒有殘差的 L 層。直接那條路的 1 不見了。", "`growth`: those are L layers without the residual connection. The 1 of the straight road is missing."),
    added=("`growth`：區塊和區塊之間是相乘，不是相加。", "`growth`: from block to block the factors multiply and do not add."),
    no_root=("`alpha_for`：這是 α²，還要開根號。", "`alpha_for`: that is α²; take the root."),
    nearly=("`alpha_for`：L 很大時這個近似很好，題目要剛好的。解 (1 + α²)ᴸ = limit²。", "`alpha_for`: a good approximation for large L; the question wants it exact. Solve (1 + α²)ᴸ = limit²."),
    **NAMED,
)  # fmt: skip
def q8(residual_gradient: Function, growth: Function, alpha_for: Function, rng: Generator) -> Marks:
    N = int(rng.integers(5, 9))
    for shape in ((4, 4), (N, 3)):  # lengths all alike, so that no wrong order raises
        D, A = rng.normal(size=(2, *shape))
        W, alpha = rng.normal(size=(shape[1], shape[1])), float(rng.uniform(0.3, 0.7))

        def cost(A: FloatArray, W: FloatArray, alpha: float, D: FloatArray = D) -> float:
            return float(np.sum(D * (A + alpha * np.tanh(A @ W.T))))

        Z = A @ W.T
        slope, at_a = tanh.df(Z), tanh.df(tanh(Z))
        G = alpha * D * slope
        dA, dW, dalpha = several(residual_gradient(D, A, W, alpha), 3)
        with naming("dA"):
            expect(
                dA,
                central_difference(lambda A: cost(A, W, alpha), A),  # noqa: B023 -- called at once
                no_skip=G @ W,
                skip_only=D,
                no_alpha=D + G @ W / alpha,
                alpha_on_both=alpha * D + G @ W,
                no_slope=D + alpha * D @ W,
                slope_on_both=D * slope + G @ W,
                at_a=D + (alpha * D * at_a) @ W,
                **({"no_transpose": D + G @ W.T} if shape == (4, 4) else {}),
            )
        yield 1
        want = central_difference(lambda W: cost(A, W, alpha), W)  # noqa: B023 -- called at once
        with naming("dW"):
            expect(
                dW,
                want,
                upright=want.T,
                no_alpha=want / alpha,
                no_slope=alpha * D.T @ A,
                averaged=want / shape[0],
                at_a=(alpha * D * at_a).T @ A,
            )
        want = np.sum(D * np.tanh(Z))
        with naming("dalpha"):
            expect(
                dalpha,
                want,
                not_summed=D * np.tanh(Z),
                alpha_twice=alpha * want,
                of_slope=np.sum(D * slope),
                averaged=want / shape[0],
            )
    yield 2
    many = np.tile(D, (8, 1)), np.tile(A, (8, 1)), W, alpha
    no_loop(residual_gradient, (D, A, W, alpha), many)
    yield 3
    L, alpha = int(rng.integers(6, 30)), float(rng.uniform(0.15, 0.4))
    square = 1.0
    for _ in range(L):
        square = square + alpha**2 * square
    with naming("growth"):
        expect(
            growth(L, alpha),
            np.sqrt(square),
            coherent=(1 + alpha) ** L,
            mean_square=square,
            plain=alpha**L,
            added=np.sqrt(1 + L * alpha**2),
        )
    yield 4
    limit = np.sqrt(square)
    with naming("alpha_for"):
        expect(
            alpha_for(L, limit),
            alpha,
            coherent=limit ** (1 / L) - 1,
            mean_square=np.sqrt(limit ** (1 / L) - 1),
            no_root=alpha**2,
            nearly=np.sqrt(2 * np.log(limit) / L),
        )


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
    M_out, M_in = (int(n) for n in rng.integers(2, 6, 2))
    dW, db = rng.normal(size=(M_out, M_in)), rng.normal(size=M_out)
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
    for code, (wrong_W, wrong_b) in known.items() if clip.missing is None else ():
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


@check.question(
    points=4,
    hints=[
        ("`decades`：橫軸是層號，縱軸是 log₁₀ 長度，用最小平方法配一條直線，傳回斜率。`np.polyfit(x, y, 1)` 的第一個數就是。", "`decades`: the layer across, log₁₀ of the norm upward; fit a straight line by least squares and return its slope. It is the first number of `np.polyfit(x, y, 1)`."),
        ("`fair_score`：每個學習率先對種子平均驗證的分數，挑最高的那一列；再到測試的那一列取平均、最小、最大。", "`fair_score`: average the validation scores of each rate over its seeds and choose the best row. Then take the mean, the least and the greatest of the same row of the test scores."),
    ],
    no_log=("`decades`：沒有取對數：這是長度本身的斜率。", "`decades`: no logarithm was taken; that is the slope of the norms themselves."),
    natural=("`decades`：用了自然對數。題目要的是數量級，log₁₀。", "`decades`: that is with the natural logarithm. Orders of magnitude are wanted, log₁₀."),
    reversed=("`decades`：正負號反了：越靠近輸出越大，斜率是正的。", "`decades`: the sign is wrong. Where norms grow toward the output, the slope is positive."),
    ends=("`decades`：只看了第一層和最後一層。一層特別高，斜率就歪了；用全部的層配一條線。", "`decades`: only the first layer and the last were used, and one odd layer tilts the slope. Fit a line to all of them."),
    whole=("`decades`：這是全部差了幾個數量級。題目要每一層多少。", "`decades`: that is by how many orders of magnitude they differ in all. The question asks for each layer."),
    peeked=("`fair_score`：學習率是看測試的分數挑的，測試就不算沒看過了。用驗證的分數挑。", "`fair_score`: the rate was chosen by the test scores, which are then no longer unseen. Choose by validation."),
    of_validation=("`fair_score`：挑對了，報的卻是驗證的分數。挑過的分數偏高，要報測試的。", "`fair_score`: the right row, but of the validation scores. Scores that were chosen are too high; report the test."),
    lucky=("`fair_score`：挑了單獨一次最高的。要先對種子平均，免得一個走運的種子決定。", "`fair_score`: that chose the rate of the single highest run. Average over the seeds first, or one lucky seed decides."),
    each_seed=("`fair_score`：每個種子各挑了自己的學習率。一種做法只能有一個學習率。", "`fair_score`: each seed chose a rate of its own. One way of training has one rate."),
    all_rates=("`fair_score`：所有的學習率都算進去了。只看挑中的那一個。", "`fair_score`: all rates are in it. Only the chosen one counts."),
    over_rates=("`fair_score`：列和行弄反了：一列（row）是一個學習率，一行（column）是一個種子。", "`fair_score`: rows and columns are exchanged. A row is a learning rate, a column is a seed."),
    spread=("`fair_score`：平均對了。後面兩個要的是最小和最大的分數。", "`fair_score`: the mean is right. The other two must be the least and the greatest score."),
)  # fmt: skip
def q10(decades: Function, fair_score: Function, rng: Generator) -> Marks:
    L = int(rng.integers(6, 16))
    layers = np.arange(1, L + 1)
    for tilt in (float(rng.uniform(0.2, 0.6)), float(rng.uniform(-0.3, -0.1))):
        logs = tilt * layers - 3 + rng.normal(scale=0.15, size=L)
        logs[0] += 1  # as in the chapter, the layer of the pixels is above the line

        def slope(y: FloatArray) -> float:
            across = layers - layers.mean()
            return float(across @ y / (across @ across))

        norms = 10.0**logs
        with naming("decades"):
            expect(
                decades(norms),
                slope(logs),
                no_log=slope(norms),
                natural=slope(np.log(norms)),
                reversed=-slope(logs),
                ends=(logs[-1] - logs[0]) / (L - 1),
                whole=logs[-1] - logs[0],
            )
    yield 2
    validation, test = scores(rng)
    best = int(validation.mean(axis=1).argmax())

    def summary(row: FloatArray) -> FloatArray:
        return np.array([row.mean(), row.min(), row.max()])

    lucky = int(validation.max(axis=1).argmax())
    known = {
        "peeked": summary(test[test.mean(axis=1).argmax()]),
        "of_validation": summary(validation[best]),
        "lucky": summary(test[lucky]),
        "each_seed": summary(test[validation.argmax(axis=0), np.arange(validation.shape[1])]),
        "all_rates": summary(test.ravel()),
        "over_rates": summary(test[:, validation.mean(axis=0).argmax()]),
    }
    got = several(fair_score(validation, test), 3)
    want = summary(test[best])
    if agree(got[0], want[0]) and not agree(got, want):
        raise Mistake("spread")
    with naming("fair_score"):
        expect(got, want, **known)


def scores(rng: Generator) -> tuple[FloatArray, FloatArray]:
    """Scores on validation and on test data, a row for each rate: every way to choose differs."""
    while True:
        rates, seeds = int(rng.integers(3, 6)), int(rng.integers(5, 8))
        validation, test = rng.integers(20, 99, size=(2, rates, seeds)) / 1.0
        chosen = {
            int(validation.mean(axis=1).argmax()),
            int(test.mean(axis=1).argmax()),
            int(validation.max(axis=1).argmax()),
        }
        if len(chosen) == 3:
            return validation, test
