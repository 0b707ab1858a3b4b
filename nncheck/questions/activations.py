"""The questions of exercise 3, activation functions."""

from itertools import combinations

import numpy as np
import numpy.typing as npt

from nncheck.answers import Function, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    agree,
    choose,
    choose_each,
    expect,
    expect_number,
    lengths,
    no_loop,
    passing_over,
    several,
)
from nnlib.activations import (
    elu,
    gelu,
    hard_logistic,
    hard_tanh,
    leaky_relu,
    logistic,
    relu,
    softplus,
    swish,
    tanh,
)
from nnlib.checks import FloatArray
from nnlib.numdiff import central_difference

check = Exercise("exercises/03-activations")


@check.question(
    points=2,
    hints=[
        ("在 x 附近，每個 ReLU 不是開著就是關著：開著的照原樣通過，關著的輸出 0。先看哪幾個開著。", "Near x each ReLU is either on or off: one that is on passes its z as it stands, one that is off gives 0. First see which are on."),
        ("關著的單元，等於 W₁ 的那一列（row）和 b₁ 的那一個都是 0。改完再照式 (3.1) 合起來。", "A unit that is off is as good as a row of zeros in W₁ and a zero in b₁. Change them, then combine by Eq. (3.1)."),
    ],
    no_gate=("這是沒有 ReLU 的答案。在 x 關著的單元，應該一點也不剩。", "That is the answer without a ReLU. Of the units that are off at x nothing must be left."),
    no_bias=("看哪些單元開著的時候，忘了 b₁：開關看的是 W₁x + b₁。", "b₁ is forgotten in deciding which units are on: the switch looks at W₁x + b₁."),
    inverted=("開關反了：留下的是關著的單元。", "The switches are the wrong way round: what is left are the units that are off."),
    activation=("乘上的是激活值。開著的單元斜率是 1，要乘的是 1 或 0。", "That multiplies by the activations. A unit that is on has slope 1, so multiply by 1 or 0."),
    transposed=("W 轉置了，應該是「輸出 × 輸入」。", "W is transposed; it must be outputs × inputs."),
    ungated=("`W` 對了，`b` 還算進了關著的單元的 b₁。", "`W` is right; `b` still counts the b₁ of units that are off."),
    last_bias=("`W` 對了，`b` 只剩 b₂。", "`W` is right; of `b` only b₂ is left."),
    first_bias=("`W` 對了，`b` 少了 b₂。", "`W` is right; `b` lacks b₂."),
    output=("`W` 對了，`b` 是網路在 x 的輸出。還要減去 Wx，因為那一份由 W 負責。", "`W` is right; `b` is the output at x. Take Wx away: that part is the work of W."),
)  # fmt: skip
def q1(local_layer: Function, rng: Generator) -> Marks:
    D, H, K = lengths(rng, 3, 3)
    while True:
        W1, b1, x = rng.normal(size=(H, D)), rng.normal(size=H), rng.normal(size=D)
        z, on = W1 @ x + b1, W1 @ x + b1 > 0
        if 0 < on.sum() < H and (on != (W1 @ x > 0)).any() and np.abs(z).min() > 0.1:
            break
    W2, b2 = rng.normal(size=(K, H)), rng.normal(size=K)

    def net(x: FloatArray) -> FloatArray:
        return W2 @ relu(W1 @ x + b1) + b2

    nudges = 1e-3 * np.eye(D)  # too small to turn a unit on or off
    want = np.stack([(net(x + e) - net(x - e)) / 2e-3 for e in nudges], axis=1)
    W, b = several(local_layer(W1, b1, W2, b2, x), 2)
    expect(
        W,
        want,
        no_gate=W2 @ W1,
        no_bias=(W2 * (W1 @ x > 0)) @ W1,
        inverted=(W2 * ~on) @ W1,
        activation=(W2 * relu(z)) @ W1,
        transposed=want.T,
    )
    yield 1
    expect(
        b,
        net(x) - want @ x,
        ungated=W2 @ b1 + b2,
        last_bias=b2,
        first_bias=net(x) - want @ x - b2,
        output=net(x),
    )


@check.question(
    points=3,
    hints=[
        ("softplus：a = log(1 + eᶻ)，所以 eᶻ = eᵃ − 1。斜率是 eᶻ / (1 + eᶻ)，代進去。", "Softplus: a = log(1 + eᶻ), so eᶻ = eᵃ − 1. Put that into the slope, eᶻ / (1 + eᶻ)."),
        ("ELU 在左邊是 a = αeᶻ − α，斜率是 αeᶻ。Swish 先降後升：在最低點的左右各找一個一樣高的點。", "On the left ELU has a = αeᶻ − α and the slope αeᶻ. Swish falls, then rises: find two points of the same height, one on each side of its lowest point."),
    ],
    as_z=("`slope_softplus`：`a` 已經是 softplus(z)，不是 z，不能直接代進 σ。", "`slope_softplus`: `a` is softplus(z) already, and not z, so it does not go into σ as it stands."),
    complement=("`slope_softplus`：e⁻ᵃ 是 1 − σ(z)。a 很大時，斜率應該趨近 1。", "`slope_softplus`: e⁻ᵃ is 1 − σ(z). For large a the slope must go to 1."),
    exponential=("`slope_softplus`：eᵃ − 1 是 eᶻ，還要除以 1 + eᶻ。", "`slope_softplus`: eᵃ − 1 is eᶻ. It remains to divide by 1 + eᶻ."),
    logistic_rule=("`slope_softplus`：a(1 − a) 是 σ 的規則。softplus 的值可以大於 1。", "`slope_softplus`: a(1 − a) is the rule of σ. The value of softplus may be above 1."),
    no_alpha=("`slope_elu`：左邊是 αeᶻ，不是 αeᶻ − α。差一個 α。", "`slope_elu`: on the left it is αeᶻ, not αeᶻ − α. An α is missing."),
    alpha_one=("`slope_elu`：左邊的 a + 1 只有 α = 1 時才對。", "`slope_elu`: a + 1 on the left is right for α = 1 only."),
    everywhere=("`slope_elu`：右邊也用了左邊的規則。a > 0 時斜率是 1。", "`slope_elu`: the rule of the left is used on the right as well. Where a > 0 the slope is 1."),
    elu_as_z=("`slope_elu`：左邊把 `a` 當成 z 了。a 已經是 αeᶻ − α。", "`slope_elu`: on the left `a` is taken for z. It is αeᶻ − α already."),
    heights=("`z_pair`：兩個數的 Swish 差了 {off:.4f}，不到 0.001 才算一樣高。", "`z_pair`: Swish differs by {off:.4f} between the two; the same height means by less than 0.001."),
    same_slope=("`z_pair`：這兩個數的斜率也差不多，只差 {off:.3f}，至少要差 0.05。", "`z_pair`: the slopes of the two are alike as well, {off:.3f} apart. They must differ by at least 0.05."),
    count=("`z_pair` 要兩個數，例如 `[-1, -2]`。", "`z_pair` must hold two numbers, such as `[-1, -2]`."),
)  # fmt: skip
def q2(slope_softplus: Function, slope_elu: Function, z_pair: FloatArray, rng: Generator) -> Marks:
    z = rng.uniform(-3, 3, size=lengths(rng, 2))
    z[0, :2] = [-1.5, 1.5]  # both sides
    a = softplus(z)
    expect(
        slope_softplus(a),
        (softplus(z + 1e-5) - softplus(z - 1e-5)) / 2e-5,
        as_z=logistic(a),
        complement=np.exp(-a),
        exponential=np.expm1(a),
        logistic_rule=a * (1 - a),
    )
    yield 1
    alpha = float(rng.uniform(1.5, 3))
    f = elu(alpha)
    a, right = f(z), z > 0
    expect(
        slope_elu(a, alpha),
        (f(z + 1e-5) - f(z - 1e-5)) / 2e-5,
        no_alpha=np.where(right, 1, a),
        alpha_one=np.where(right, 1, a + 1),
        everywhere=a + alpha,
        elu_as_z=np.where(right, 1, alpha * np.exp(a)),
    )
    yield 2
    as_high_but_not_as_steep(z_pair)


@passing_over
def as_high_but_not_as_steep(z_pair: FloatArray) -> None:
    if z_pair.shape != (2,):
        raise Mistake("count")
    heights, slopes = (float(np.ptp(f(z_pair))) for f in (swish(1.0), swish(1.0).df))
    if heights >= 1e-3:
        raise Mistake("heights", off=heights)
    if slopes < 0.05:
        raise Mistake("same_slope", off=slopes)


@check.question(
    points=3,
    hints=[
        ("z 的分布左右對稱，拆成兩半：右半的平均拿到 1 倍，左半的拿到 γ 倍，而兩半的平均只差正負號。", "The distribution of z is symmetric. Split it: the right half counts once, the left half γ times, and the two halves have the same mean but for its sign."),
        ("E[max(0, z)] = s / √(2π)，E[z²] = s²，左右各占一半。", "E[max(0, z)] = s / √(2π) and E[z²] = s², of which each side has half."),
    ],
    relu=("γ 沒有用到：這是 ReLU 的答案。", "γ does not enter: that is the answer for ReLU."),
    added=("`mean_out`：左半的輸出是負的，要減。", "`mean_out`: the outputs of the left half are negative, so they are subtracted."),
    no_spread=("s 沒有用到：z 放大 s 倍，輸出也放大。", "s does not enter: with z s times as large, so are the outputs."),
    both_halves=("`mean_out` 大了 2 倍：每一邊只有一半的機會。", "`mean_out` is twice too large: each side has half of the chances."),
    no_half=("`square_out` 大了 2 倍：s² 是兩邊合計，每一邊一半。", "`square_out` is twice too large: s² is both sides together, half for each."),
    linear=("`square_out`：左半的輸出是 γz，平方以後是 γ²z²。", "`square_out`: on the left the output is γz, and its square γ²z²."),
    spread_once=("`square_out`：平方以後，s 也要平方。", "`square_out`: with the square comes s², not s."),
    mean_squared=("`square_out`：這是平均的平方，要的是平方的平均。", "`square_out`: that is the square of the mean; asked is the mean of the square."),
    variance=("`square_out`：這是變異數，多減了平均的平方。", "`square_out`: that is the variance, the square of the mean has been taken away."),
    sampled=("很接近，像是抽樣算的。要的是算式：拆成左右兩半推導。", "Close, as if from a sample. Asked is the formula: split into two halves and derive it."),
    A=("這時左邊的斜率不是 0，沒有單元會死。把那個 γ 代回去，看看 f(z) 是什麼。", "With that γ the slope on the left is not 0, and no unit dies. Put it into f(z) and see what is left."),
    C=("要算的和原來一樣多。把那個 γ 代回去，看看 f(z) 是什麼。", "It takes as much computing as before. Put that γ into f(z) and see what is left."),
    D=("有失去。把那個 γ 代回去，看看 f(z) 是什麼，再想想式 (3.1)。", "Something is lost. Put that γ into f(z), see what is left, and think of Eq. (3.1)."),
)  # fmt: skip
def q3(mean_out: Function, square_out: Function, lost: str, rng: Generator) -> Marks:
    gamma, s = float(rng.uniform(0.45, 0.7)), float(rng.uniform(1.5, 3))
    z = np.linspace(-10, 10, 20_001) * s  # 0 is one of them
    density = np.exp(-((z / s) ** 2) / 2) / np.sqrt(2 * np.pi) / s
    a = leaky_relu(gamma)(z)
    mean, square = (float(np.trapezoid(density * each, z)) for each in (a, a**2))
    half = s / np.sqrt(2 * np.pi)
    near(
        mean_out(gamma, s),
        mean,
        relu=half,
        added=(1 + gamma) * half,
        no_spread=mean / s,
        both_halves=2 * mean,
    )
    yield 1
    near(
        square_out(gamma, s),
        square,
        relu=s**2 / 2,
        no_spread=square / s**2,
        no_half=2 * square,
        linear=(1 + gamma) * s**2 / 2,
        spread_once=square / s,
        mean_squared=mean**2,
        variance=square - mean**2,
    )
    yield 2
    choose(lost, "B", "ABCD")


@passing_over
def near(got: npt.ArrayLike, want: float, **mistakes: float) -> None:
    """As `expect`; but what a sample would give is known as such."""
    try:
        expect(got, want, **mistakes)
    except Mistake as mistake:
        if mistake.code == "value" and np.isclose(got, want, rtol=0.02).all():
            raise Mistake("sampled") from None
        raise


@check.question(
    points=4,
    hints=[
        ("解 a = log(1 + eᶻ)：先兩邊取指數。a 很大時中間的 eᵃ 會溢位，把它提到 log 外面，成為 a。", "Solve a = log(1 + eᶻ): exponentiate both sides first. For large a the eᵃ in the middle overflows; take it out of the log, where it becomes a."),
        ("log(eᵃ − 1) = a + log(1 − e⁻ᵃ)。a 很小時，1 − e⁻ᵃ 會捨入成 0，`np.expm1` 算的是 eˣ − 1，不會。", "log(eᵃ − 1) = a + log(1 − e⁻ᵃ). For small a, 1 − e⁻ᵃ is rounded to 0; `np.expm1` computes eˣ − 1 and is not."),
    ],
    forward=("`inverse`：這是 softplus 本身。反函數要把它解回去，1 是減，不是加。", "`inverse`: that is softplus itself. To undo it, solve for z: the 1 is subtracted, not added."),
    no_log=("`inverse`：eᵃ − 1 是 eᶻ，還差一個對數。", "`inverse`: eᵃ − 1 is eᶻ; a logarithm is missing."),
    no_one=("`inverse`：少了 1：log(eᵃ) 就是 a。", "`inverse`: the 1 is missing: log(eᵃ) is just a."),
    base=("`inverse`：對數的底應該是 e。", "`inverse`: the logarithm must be the natural one."),
    overflow=("`inverse`：中間的數是對的，但是 a = 1000 時溢位了，應該是 1000。", "`inverse`: right in the middle, but at a = 1000 it overflows. It must be 1000."),
    clipped=("`inverse`：a = 1000 時應該是 1000，你的是 {got:g}：把 a 截掉，答案也截掉了。", "`inverse`: at a = 1000 it must be 1000 and is {got:g}: cutting a off cuts off the answer."),
    underflow=("`inverse`：a = 1e-20 時算成負無限大或 NaN，應該約 −46。1 − e⁻ᵃ 捨入成 0 了。", "`inverse`: at a = 1e-20 it gives minus infinity or NaN and must be about −46. There 1 − e⁻ᵃ was rounded to 0."),
    floor=("`inverse`：a = 1e-20 時應該約 −46，你的是 {got:.3g}：加上或截在一個小數，答案也改了。", "`inverse`: at a = 1e-20 it must be about −46 and is {got:.3g}: a small number that is added, or a limit, changes the answer."),
    upside_down=("`inverse_slope`：這是 softplus 的斜率。反函數的斜率是它的倒數。", "`inverse_slope`: that is the slope of softplus. An inverse has the reciprocal slope."),
    plus=("`inverse_slope`：差一個正負號：分母是 1 − e⁻ᵃ。", "`inverse_slope`: a sign is wrong: the denominator is 1 − e⁻ᵃ."),
    numerator=("`inverse_slope`：分子的 eᵃ 不見了：log 裡面的 eᵃ − 1 也要微分。", "`inverse_slope`: eᵃ is missing on top: the eᵃ − 1 inside the log is differentiated too."),
    overflow_slope=("`inverse_slope`：a = 1000 時算成 NaN 了，應該是 1。分子分母同除以 eᵃ。", "`inverse_slope`: at a = 1000 it gives NaN and must be 1. Divide top and bottom by eᵃ."),
)  # fmt: skip
def q4(inverse: Function, inverse_slope: Function, rng: Generator) -> Marks:
    z = rng.uniform(-2, 3, size=lengths(rng, 2))
    a = softplus(z)
    expect(
        inverse(a),
        z,
        forward=softplus(a),
        no_log=np.expm1(a),
        no_one=a,
        base=z / np.log(2),
    )
    yield 1
    survives(inverse(np.array([[1e-20, 1000.0]])))
    yield 2
    h = 1e-5
    expect(
        inverse_slope(a),
        2 * h / (softplus(z + h) - softplus(z - h)),
        upside_down=logistic(z),
        plus=logistic(a),
        numerator=1 / np.expm1(a),
    )
    is_one_far_out(inverse_slope(np.array([[1000.0]])))
    yield 3
    no_loop(inverse, (a,), (np.tile(a, (8, 1)),))
    no_loop(inverse_slope, (a,), (np.tile(a, (8, 1)),))


@passing_over
def survives(got: npt.ArrayLike) -> None:
    """Of a = 1e-20 and of a = 1000."""
    if np.shape(got) == (1, 2):
        small, large = (float(each) for each in np.ravel(got))
        if not np.isfinite(large):
            raise Mistake("overflow")
        if large < 999:
            raise Mistake("clipped", got=large)
        if not np.isfinite(small):
            raise Mistake("underflow")
        if abs(small + 46) > 0.1:
            raise Mistake("floor", got=small)
    expect(got, [[np.log(1e-20), 1000.0]])


@passing_over
def is_one_far_out(got: npt.ArrayLike) -> None:
    if np.size(got) == 1 and np.isnan(np.asarray(got, float)).all():
        raise Mistake("overflow_slope")
    expect(got, [[1.0]])


@check.question(
    points=3,
    hints=[
        ("γ 是學來的，可能變成負的。取 γ = −0.5、z = −2：a 是正是負？`A > 0` 選了哪一邊？", "γ is learned and may become negative. Take γ = −0.5 and z = −2: what is the sign of a? Which side does `A > 0` choose?"),
        ("第二個錯：一個 z 大於 0 的時候，動一動 γ，a 會變嗎？再看式 (3.8)。", "The second: where z is above 0, does a change with γ? Look at Eq. (3.8) again."),
    ],
    todo=("程式還是原來的樣子。找出兩個錯，改好再執行一次。", "The code is as it was given. Find the two mistakes, mend them, run the cell again."),
    by_value=("`dZ`：看的是 a 的正負。γ < 0 時，兩邊的 a 都是正的，分不出左右；要看 z。", "`dZ` looks at the sign of a. With γ < 0 both sides have a > 0 and cannot be told apart: look at z."),
    no_upstream=("少了傳進來的 `D`：連鎖律的第一個因子。", "`D`, which comes in, is missing: it is the first factor of the chain rule."),
    flipped=("`dZ`：斜率放錯邊了：γ 是左邊的，右邊是 1。", "`dZ`: the slopes are on the wrong sides: γ belongs to the left, 1 to the right."),
    as_relu=("`dZ`：左邊的斜率是 γ，不是 0。", "`dZ`: the slope on the left is γ, not 0."),
    both_sides=("`dZ` 對了。`dgamma` 還算進了右邊：z > 0 時 a = z，和 γ 無關。", "`dZ` is right. `dgamma` still counts the right side, where a = z has nothing to do with γ."),
    other_side=("`dgamma`：留錯邊了：只有 z < 0 的那一邊和 γ 有關。", "`dgamma` keeps the wrong side: only where z < 0 does γ matter."),
    per_sample=("`dgamma` 還是一筆一個：同一個 γ 管所有的樣本，要加起來。", "`dgamma` has a value for each sample: one γ serves all of them, so add them up."),
    averaged=("`dgamma`：小了 N 倍。`D` 裡面該除的已經除過了，這裡是加總。", "`dgamma` is N times too small. What has to be divided is divided in `D` already; here it is a sum."),
    one_gamma=("`dgamma`：把所有單元加成一個數了。每個單元有自己的 γ。", "`dgamma` adds all units into one number. Each unit has a γ of its own."),
)  # fmt: skip
def q5(prelu_backward: Function, rng: Generator) -> Marks:
    N, M = lengths(rng, 2, 3)
    Z = rng.uniform(0.2, 2, (N, M)) * rng.choice([-1, 1], (N, M))
    Z[0], Z[1] = -1.5, 1.5  # each unit has both sides
    D, gamma = rng.normal(size=(N, M)), rng.uniform(0.1, 0.9, M)
    gamma[0], gamma[1] = -0.5, 1.5
    left, A = np.minimum(Z, 0), np.where(Z > 0, Z, gamma * Z)

    def cost(Z: FloatArray, gamma: FloatArray) -> float:
        return float(np.sum(D * (np.maximum(Z, 0) + gamma * np.minimum(Z, 0))))

    dZ = central_difference(lambda Z: cost(Z, gamma), Z)
    dgamma = central_difference(lambda gamma: cost(Z, gamma), gamma)
    got_Z, got_gamma = several(prelu_backward(D, Z, gamma), 2)
    by_value, both_sides = D * np.where(A > 0, 1, gamma), (D * Z).sum(axis=0)
    if agree(got_Z, by_value) and agree(got_gamma, both_sides):
        raise Mistake("todo")
    expect(
        got_Z,
        dZ,
        by_value=by_value,
        no_upstream=np.where(Z > 0, 1, gamma),
        flipped=D * np.where(Z > 0, gamma, 1),
        as_relu=D * (Z > 0),
    )
    yield 1
    expect(
        got_gamma,
        dgamma,
        both_sides=both_sides,
        other_side=(D * np.maximum(Z, 0)).sum(axis=0),
        no_upstream=left.sum(axis=0),
        per_sample=D * left,
        averaged=dgamma / N,
        one_gamma=dgamma.sum(),
    )
    yield 2
    tiled = (np.tile(D, (8, 1)), np.tile(Z, (8, 1)), gamma)
    no_loop(prelu_backward, (D, Z, gamma), tiled)


@check.question(
    points=4,
    hints=[
        ("走一步之後，第 n 筆的 z 變成 zₙ − η(gxₙ + h)，g、h 是成本對 w、b 的偏導數。解 η。", "After a step, z of sample n is zₙ − η(gxₙ + h), where g and h are the derivatives of the cost by w and by b. Solve for η."),
        ("每一筆都要安靜，單元才算死，所以取最大的那個 η。第二小題：誰能讓某一筆的 z 再大於 0？", "A unit is dead when every sample is silent, so take the largest of these η. Second part: what can bring some z above 0 again?"),
    ],
    first=("到這個 η，才只有一筆安靜下來。每一筆都安靜，單元才算死。", "At this η one sample has gone silent. A unit is dead when all of them have."),
    average=("把各筆的 η 平均了。死的條件是每一筆都安靜。", "That averages over the samples. Dead means silent for every one of them."),
    no_mean=("小了 N 倍：成本是 N 筆的平均。", "N times too small: the cost is the mean over N samples."),
    twice=("小了 2 倍：成本有 ½，微分後剛好消掉平方的 2。", "Twice too small: the ½ of the cost cancels the 2 of the square."),
    fixed_bias=("偏置沒有動。b 也是參數，這一步也要改它。", "The bias stays where it was. b is a parameter too, and the step changes it."),
    fixed_weight=("權重沒有動。w 也是參數，這一步也要改它。", "The weight stays where it was. w is a parameter too, and the step changes it."),
    own=("每一筆用了自己的梯度。一步只有一個梯度：N 筆的平均。", "Each sample has used a gradient of its own. A step has one gradient: the mean over N samples."),
    length=("`revive` 要寫四個字母，每個是 Y 或 N，例如 \"NNYY\"。", "`revive` must have four letters, each Y or N, such as \"NNYY\"."),
    slower=("第一個：單元已經死了。學習率再小，乘上 0 還是 0。", "The first: the unit is dead by now. However small the rate is, times 0 it is 0."),
    deeper=("第二個：單元的輸入就是前一層的輸出。前一層還在學，輸入就會變，z 可能再大於 0。", "The second: the inputs of the unit are the outputs of the layer before. While that learns, they change, and z may rise above 0."),
    loss=("第三個：損失換了，傳回來的梯度還是要乘上 ReLU 的斜率 0。", "The third: whatever comes back from another loss is still multiplied by the slope of ReLU, 0."),
    sample=("第四個：死是對手上每一筆資料而言。新的一筆讓 z 大於 0，它就有梯度。", "The fourth: dead means dead for the data at hand. A new sample with z above 0 gives it a gradient."),
)  # fmt: skip
def q6(deadly_rate: Function, revive: str, rng: Generator) -> Marks:
    [N] = lengths(rng, 1, 3)
    x, (w, b) = rng.uniform(0.3, 2, N), rng.uniform(0.5, 1.5, 2)
    x[:2] = [0.4, 1.9]
    y = rng.uniform(-1, 0.3, N)  # below every activation, so that the step goes down
    w, b = float(w), float(b)
    z = w * x + b
    g, h = float(np.mean((z - y) * x)), float(np.mean(z - y))
    low, high = 0.0, 100.0
    for _ in range(60):  # the smallest η with which no sample is left above 0
        middle = (low + high) / 2
        alive = ((w - middle * g) * x + b - middle * h).max() > 0
        low, high = (middle, high) if alive else (low, middle)
    each = z / (g * x + h)
    expect(
        deadly_rate(w, b, x, y),
        high,
        first=each.min(),
        average=each.mean(),
        no_mean=high / N,
        twice=high / 2,
        fixed_bias=np.max(z / (g * x)),
        fixed_weight=np.max(z / h),
        own=np.max(z / ((z - y) * (x**2 + 1))),
    )
    yield 2
    codes = ("slower", "deeper", "loss", "sample")
    for right in choose_each(revive, "NYNY", "YN", codes):
        yield 2 + right / 2


@check.question(
    points=3,
    hints=[
        ("σ(cz) 在 0 的斜率是 c/4；Φ 在 0 的斜率是標準常態密度在 0 的值，1/√(2π)。", "At 0, σ(cz) has the slope c/4, and Φ the height of the standard normal density, 1/√(2π)."),
        ("`gelu_error`：取一排夠密的 z，算兩個函數的差，取絕對值最大的。接著把許多個 c 都試一遍。", "`gelu_error`: on a fine row of z take the difference of the two functions, and of its absolute values the largest. Then try many c."),
    ],
    no_quarter=("`c_at_zero`：少了 4：σ 在 0 的斜率是 ¼，不是 1。", "`c_at_zero`: a 4 is missing: the slope of σ at 0 is ¼, not 1."),
    published=("1.702 是論文裡的數，和這裡要的條件不同。", "1.702 is the number of the paper, which comes from another condition than this one."),
    gates=("`gelu_error`：比的是兩扇閘。題目比的是乘上 z 之後的輸出。", "`gelu_error` compares the gates. The question compares the outputs, multiplied by z."),
    one_sided=("`gelu_error`：只看了一個方向的差。取絕對值，上下都算。", "`gelu_error` looks at differences in one direction. Take absolute values, so that both count."),
    too_small=("`gelu_error`：c = {c:.2f} 時應該約 {want:.4f}，你的 {got:.4f} 太小：z 的範圍太窄、格點太疏，或取了平均？", "`gelu_error`: at c = {c:.2f} it must be about {want:.4f}; your {got:.4f} is too small. Is the range of z too narrow, the grid too coarse, or is it a mean?"),
    too_large=("`gelu_error`：c = {c:.2f} 時應該約 {want:.4f}，你的 {got:.4f} 太大。", "`gelu_error`: at c = {c:.2f} it must be about {want:.4f}; your {got:.4f} is too large."),
    at_zero=("`c_best`：這是 0 附近最像的 c。離 0 遠一點的地方，它差得多。", "`c_best`: that c fits best near 0. Further from 0 it is far off."),
    coarse=("`c_best`：很接近，格子再密一些，寫到小數第二位。", "`c_best`: very near. Take a finer row of c, and give two decimals."),
)  # fmt: skip
def q7(c_at_zero: float, gelu_error: Function, c_best: float, rng: Generator) -> Marks:
    at_zero = np.sqrt(8 / np.pi)
    expect_number(c_at_zero, at_zero, no_quarter=at_zero / 4, published=1.702)
    yield 1
    for low, high in ((1.3, 1.6), (1.9, 2.4)):  # the difference is one-sided in either
        c = float(rng.uniform(low, high))
        largest_difference(gelu_error(c), c)
    yield 2
    smallest_error_is_at(c_best)


@passing_over
def largest_difference(got: npt.ArrayLike, c: float) -> None:
    z = np.arange(-8, 8, 0.001) + 0.0005
    outputs, gates = z * logistic(c * z) - gelu(z), logistic(c * z) - gelu(z) / z
    want = float(np.abs(outputs).max())
    expect(got, got if np.size(got) == 1 else want)  # one number
    value = float(np.ravel(got)[0])
    known = {"gates": np.abs(gates).max(), "one_sided": min(outputs.max(), -outputs.min())}
    for code, number in known.items():
        if np.isclose(value, number, rtol=0.005, atol=1e-4):
            raise Mistake(code)
    if not np.isclose(value, want, rtol=0.005):
        raise Mistake("too_small" if value < want else "too_large", c=c, want=want, got=value)


@passing_over
def smallest_error_is_at(c_best: float) -> None:
    for code, c in {"published": 1.702, "at_zero": np.sqrt(8 / np.pi)}.items():
        if abs(c_best - c) < 0.006:
            raise Mistake(code)
    off = abs(c_best - 1.772)
    if off > 0.006:
        raise Mistake("coarse" if off < 0.04 else "wrong")


class Hinges:
    """g(x) = y0 + s0 x + Σ v max(0, x − t), at some x."""

    def __init__(self, rng: Generator) -> None:
        [K] = lengths(rng, 1, 3)
        self.y0, self.s0 = (float(each) for each in rng.uniform(1, 2, 2))
        self.t, self.v = np.sort(rng.uniform(-2, 2, K)), rng.uniform(0.5, 2, K)
        self.x = np.array([-5, *(self.t - 0.05), *(self.t + 0.05), 5])

    def values(self) -> FloatArray:
        return self.line() + relu(self.x[:, None] - self.t) @ self.v

    def line(self) -> FloatArray:
        return self.y0 + self.s0 * self.x

    def pieces(self, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Slope and intercept of each piece, from left to right, with these v."""
        return np.cumsum([self.s0, *v]), self.y0 - np.cumsum([0, *(v * self.t)])

    def top(self, w: npt.ArrayLike, b: npt.ArrayLike) -> FloatArray:
        """The highest of the lines (w, b) at each x: what a maxout unit gives."""
        if np.ndim(w) != 1 or np.shape(w) != np.shape(b) or np.size(w) == 0:
            raise Mistake("pairs", w=np.shape(w), b=np.shape(b))
        highest: FloatArray = (self.x[:, None] * np.asarray(w) + np.asarray(b)).max(axis=1)
        return highest

    def compare(self, got: FloatArray, unlike: str, known: dict[str, FloatArray]) -> None:
        """Raise Mistake unless these are the values: one that is known, or `unlike`."""
        want = self.values()
        if agree(got, want):
            return
        for code, values in known.items():
            if agree(got, values):
                raise Mistake(code)
        worst = int(np.argmax(np.abs(got - want)))
        raise Mistake(unlike, x=self.x[worst], got=got[worst], want=want[worst])


@check.question(
    points=3,
    hints=[
        ("從左邊開始：還沒到 t₁，g(x) = y₀ + s₀x。過了 t₁，多了 v₁(x − t₁)：斜率加 v₁，截距減 v₁t₁。", "Begin on the left: before t₁, g(x) = y₀ + s₀x. After t₁ there is v₁(x − t₁) more: v₁ for the slope, and −v₁t₁ for the intercept."),
        ("所以斜率和截距都要一路累加，`np.cumsum`。第二小題：把 v 分成正的和負的兩堆，各配一個單元。", "So both slope and intercept add up along the way: `np.cumsum`. Second part: divide v into the positive and the negative ones, with a unit for each."),
    ],
    pairs=("一個單元的 w 和 b 要一樣長，一條線一個：你的形狀是 {w} 和 {b}。", "The w and b of a unit must be of one length, a pair for each line: yours have shapes {w} and {b}."),
    apart=("`one_unit`：每條線只有自己的 v。走過 t₂ 的時候，v₁ 還在，要累加。", "`one_unit`: each line has its own v alone. Beyond t₂, v₁ is still there: add them up."),
    intercept=("`one_unit`：斜率累加了，截距沒有。", "`one_unit`: the slopes add up, the intercepts do not."),
    no_slope=("`one_unit`：少了 s₀：每一條線都有它。", "`one_unit`: s₀ is missing; every line has it."),
    no_height=("`one_unit`：少了 y₀：每一條線都有它。", "`one_unit`: y₀ is missing; every line has it."),
    no_first=("`one_unit`：少了 t₁ 左邊的那一條線：K 個折角有 K + 1 條。", "`one_unit`: the line to the left of t₁ is missing: K corners make K + 1 lines."),
    sign=("`one_unit`：v(x − t) 拆開是 vx − vt，截距是減的。", "`one_unit`: v(x − t) is vx − vt, so the intercept goes down."),
    unlike=("`one_unit`：x = {x:.2f} 時，最高的線是 {got:.3f}，g(x) 卻是 {want:.3f}。", "`one_unit`: at x = {x:.2f} the highest line is at {got:.3f}, and g(x) is {want:.3f}."),
    not_convex=("`two_units`：v 有負的，線的斜率就不再由小到大，取最大的得不到 g。負的 v 要另外一個單元。", "`two_units`: with a negative v the slopes no longer grow, and the largest line is not g. The negative v need a unit of their own."),
    swapped=("`two_units`：次序反了：第一個減第二個。", "`two_units`: the order is wrong: it is the first minus the second."),
    twice=("`two_units`：y₀ + s₀x 兩個單元都放了，一減就不見。", "`two_units`: y₀ + s₀x is in both units, and the difference loses it."),
    negative=("`two_units`：第二個單元用了負的 v。減去它的時候已經變號，單元裡要用 −v。", "`two_units`: the second unit has the negative v themselves. The subtraction changes their sign already: inside the unit they are −v."),
    unlike_two=("`two_units`：x = {x:.2f} 時，兩個單元相減是 {got:.3f}，g(x) 卻是 {want:.3f}。", "`two_units`: at x = {x:.2f} the difference of the units is {got:.3f}, and g(x) is {want:.3f}."),
)  # fmt: skip
def q8(one_unit: Function, two_units: Function, rng: Generator) -> Marks:
    g = Hinges(rng)
    w, b = several(one_unit(g.y0, g.s0, g.v, g.t), 2)
    is_one_unit(w, b, g)
    yield 2
    g.v = g.v * rng.permutation([-1, *np.resize([1, -1], len(g.v) - 1)])
    w1, b1, w2, b2 = several(two_units(g.y0, g.s0, g.v, g.t), 4)
    is_a_difference(w1, b1, w2, b2, g)


@passing_over
def is_one_unit(w: npt.ArrayLike, b: npt.ArrayLike, g: Hinges) -> None:
    slopes, heights = g.pieces(g.v)
    alone, down = np.array([g.s0, *g.v]), np.array([0, *(g.v * g.t)])
    mistakes = {
        "apart": (alone, np.array([g.y0, *-down[1:]])),
        "intercept": (slopes, g.y0 - down),
        "no_slope": (slopes - g.s0, heights),
        "no_height": (slopes, heights - g.y0),
        "no_first": (slopes[1:], heights[1:]),
        "sign": (slopes, 2 * g.y0 - heights),
    }
    g.compare(g.top(w, b), "unlike", {code: g.top(*lines) for code, lines in mistakes.items()})


@passing_over
def is_a_difference(
    w1: npt.ArrayLike, b1: npt.ArrayLike, w2: npt.ArrayLike, b2: npt.ArrayLike, g: Hinges
) -> None:
    first, second = g.top(w1, b1), g.top(w2, b2)
    want, up, down = g.values(), np.maximum(g.v, 0), np.minimum(g.v, 0)
    plain = g.top(*g.pieces(up))
    mistakes = {
        "not_convex": g.top(*g.pieces(g.v)),
        "twice": want - g.line(),
        "negative": plain - (g.top(*g.pieces(down)) - g.line()),
    }
    if agree(second - first, want):
        raise Mistake("swapped")
    g.compare(first - second, "unlike_two", mistakes)


@check.question(
    points=3,
    hints=[
        ("對每個函數、每個種子，先在驗證成本裡找出最低的那個學習率，再到 `right` 裡讀那一格。", "For each function and each seed find the rate with the lowest validation cost, then read that cell of `right`."),
        ("`np.argmin` 遇到 NaN 會選 NaN：先把它換成無限大，或用 `np.nanargmin`。`np.take_along_axis` 可以一次讀出所有選中的格子。", "`np.argmin` chooses a NaN if there is one: replace it by infinity first, or use `np.nanargmin`. `np.take_along_axis` reads all chosen cells at once."),
    ],
    leak=("學習率是看著測試資料挑的。這樣的分數會偏高，不能拿來比。", "The rate was chosen by the test data. Such a score is too high, and no use in a comparison."),
    overflow=("選到了 NaN：溢位的那次訓練，不能是最好的。", "A NaN was chosen: a run that overflowed cannot be the best."),
    highest=("選成驗證成本最高的了。", "That chooses the highest validation cost."),
    one_rate=("所有函數用了同一個學習率。每個函數都該挑自己的。", "All functions have been given one rate. Each deserves to choose its own."),
    seeds_together=("每個函數只挑了一次：先平均了各種子的成本。題目要每個種子各挑一次。", "Each function has chosen only once, by its mean cost over the seeds. Asked is a choice for each seed."),
    no_choice=("這是所有學習率的平均，沒有挑。", "That is the mean over all rates; nothing was chosen."),
    per_seed=("還是一個種子一個數，再對種子平均。", "There is still a number for each seed: take the mean over the seeds."),
    best_seed=("只報了最好的種子。要的是對種子平均。", "That reports the best seed. Asked is the mean over the seeds."),
    A=("平均差 0.24，可是換一個種子就會差到 1。這麼小的平均差，再跑五次可能就反過來。", "The mean differs by 0.24, and another seed by as much as 1. So small a mean difference may turn round with the next five."),
    B=("丟五次硬幣，出現三次以上正面的機會是一半。", "Toss a coin five times: the chance of three heads or more is one half."),
    D=("分不出來，不等於一樣：更多種子也許分得出。", "Not told apart is not the same as equal: more seeds may tell."),
)  # fmt: skip
def q9(fair: Function, verdict: str, rng: Generator) -> Marks:
    while True:  # until no mistake hides behind another
        cost, right = results(rng)
        want, mistakes = chosen_fairly(cost, right), chosen_otherwise(cost, right)
        if not any(agree(a, b) for a, b in combinations([want, *mistakes.values()], 2)):
            break
    expect(fair(cost, right), want, **mistakes)
    yield 2
    choose(verdict, "C", "ABCD")


def results(rng: Generator) -> tuple[FloatArray, FloatArray]:
    """Validation costs, some of which overflowed, and shares right: (F, R, S)."""
    F, R, S = lengths(rng, 3, 3)
    cost, right = rng.uniform(0.2, 2, (F, R, S)), rng.uniform(0.5, 1, (F, R, S))
    cost[rng.integers(F), 0, rng.integers(S)] = np.nan
    cost[rng.integers(F), 1, rng.integers(S)] = np.inf
    return cost, right


def chosen_fairly(cost: FloatArray, right: FloatArray) -> FloatArray:
    """By a loop: the share right at each function's and each seed's own rate, (F,)."""
    F, R, S = cost.shape
    finite = np.where(np.isnan(cost), np.inf, cost)
    shares: FloatArray = np.zeros((F, S))
    for f, s in np.ndindex(F, S):
        shares[f, s] = right[f, min(range(R), key=lambda r: finite[f, r, s]), s]
    return np.asarray(shares.mean(axis=1))


def chosen_otherwise(cost: FloatArray, right: FloatArray) -> dict[str, FloatArray]:
    """What each known mistake gives."""
    finite = np.where(np.isnan(cost), np.inf, cost)
    highest = np.where(np.isfinite(cost), cost, 0).argmax(axis=1)
    means = finite.mean(axis=2)

    def at(rates: npt.NDArray[np.intp]) -> FloatArray:
        """The share right of each function and seed, at these rates (F, S)."""
        return np.take_along_axis(right, rates[:, None], axis=1)[:, 0]

    each = at(finite.argmin(axis=1))
    return {
        "leak": right.max(axis=1).mean(axis=1),
        "overflow": at(cost.argmin(axis=1)).mean(axis=1),
        "highest": at(highest).mean(axis=1),
        "one_rate": right[:, means.mean(axis=0).argmin()].mean(axis=1),
        "seeds_together": right[range(len(cost)), means.argmin(axis=1)].mean(axis=1),
        "no_choice": right.mean(axis=(1, 2)),
        "per_seed": each,
        "best_seed": each.max(axis=1),
    }


KNOWN = (
    *(logistic, tanh, hard_logistic, hard_tanh, relu, leaky_relu(0.01), leaky_relu(0.1)),
    *(elu(1.0), softplus, swish(1.0), gelu),
)
STEP = 1e-3


@check.question(
    points=4,
    hints=[
        ("從想要的導數倒推也行：先想斜率該長什麼樣子（中間是 1？左邊留一點？），再積分。", "You may begin with the derivative: what should the slope look like (1 in the middle, something left on the left)? Then integrate."),
        ("導數逐段推。驗的時候比一比 `(invent(z + h) - invent(z - h)) / (2 * h)`，h 取 0.0001。", "Derive the slope piece by piece. To check it, compare with `(invent(z + h) - invent(z - h)) / (2 * h)`, with h = 0.0001."),
    ],
    mixed=("`invent`：單獨一個 z 和放在陣列裡的同一個 z，結果不同。激活函數逐元素計算。", "`invent`: one z alone, and the same z in an array, give different results. An activation function works element by element."),
    straight=("`invent`：這是一條直線。再多層也合成一層：式 (3.1)。", "`invent`: that is a straight line. Many layers of it are one: Eq. (3.1)."),
    known=("`invent`：這就是 {function}。改一改，做出書上沒有的。", "`invent`: that is {function}. Change it into one that the book does not have."),
    overflow=("`invent`：z = ±1000 時溢位了，或算成 NaN。大的學習率會讓 z 走到那裡。", "`invent`: at z = ±1000 it overflows or gives NaN. Large rates send z that far."),
    itself=("`invent_slope`：這是函數本身，不是導數。", "`invent_slope`: that is the function itself, not its derivative."),
    at_value=("`invent_slope`：導數代錯地方了：傳進來的是 z，不是 a = f(z)。", "`invent_slope` is taken at the wrong place: it is given z, not a = f(z)."),
    minus=("`invent_slope`：正負號反了。", "`invent_slope`: the sign is wrong."),
    factor=("`invent_slope`：每一點都是有限差分的 {ratio:.3g} 倍。連鎖律少了，還是多了一個因子？", "`invent_slope`: everywhere {ratio:.3g} times what differences give. Is a factor of the chain rule missing, or one too many?"),
    slope=("`invent_slope`：z = {z:.2f} 時，有限差分量到 {want:.4f}，你的是 {got:.4f}。", "`invent_slope`: at z = {z:.2f} differences measure {want:.4f}, and yours is {got:.4f}."),
    overflow_slope=("`invent_slope`：z = ±1000 時溢位了，或算成 NaN。", "`invent_slope`: at z = ±1000 it overflows or gives NaN."),
)  # fmt: skip
def q10(invent: Function, invent_slope: Function, rng: Generator) -> Marks:
    z = rng.uniform(-4, 4, size=lengths(rng, 2))
    z[0, 0], z[1, 1] = 0.5, 3.7  # the first is neither the least nor the greatest
    far, grid = np.array([-1000.0, 1000.0]), np.linspace(-6, 6, 121)
    a = invent(z)
    is_element_wise(a, invent(z[:1, :1]), z)
    is_new(invent(grid), grid)
    is_finite(invent(far), "overflow")
    yield 2
    near_a = (invent(a - STEP), invent(a + STEP)) if isinstance(a, np.ndarray) else (a, a)
    is_slope(invent_slope(z), invent(z - STEP), a, invent(z + STEP), *near_a, z)
    is_finite(invent_slope(far), "overflow_slope")
    yield 3
    no_loop(invent, (z,), (np.tile(z, (8, 1)),))
    no_loop(invent_slope, (z,), (np.tile(z, (8, 1)),))


@passing_over
def is_element_wise(values: npt.ArrayLike, one: npt.ArrayLike, z: FloatArray) -> None:
    expect(values, np.zeros(z.shape) if np.shape(values) != z.shape else values)
    if not agree(one, np.asarray(values)[:1, :1]):
        raise Mistake("mixed")


@passing_over
def is_new(values: npt.ArrayLike, grid: FloatArray) -> None:
    if agree(np.diff(values, 2), np.zeros(len(grid) - 2)):
        raise Mistake("straight")
    for f in KNOWN:
        if agree(values, f(grid)):
            raise Mistake("known", function=f.name)


@passing_over
def is_finite(values: npt.ArrayLike, otherwise: str) -> None:
    if not np.isfinite(values).all():
        raise Mistake(otherwise)


@passing_over
def is_slope(
    got: npt.ArrayLike,
    before: FloatArray,
    value: FloatArray,
    after: FloatArray,
    before_value: FloatArray,
    after_value: FloatArray,
    z: FloatArray,
) -> None:
    """Compares a slope with differences of the learner's function; at a corner, with both sides."""
    sides = np.stack([value - before, after - value]) / STEP
    low, high, want = sides.min(axis=0), sides.max(axis=0), (after - before) / (2 * STEP)
    room = 5e-3 * (1 + np.abs(want))
    slope = np.asarray(got)
    expect(got, slope if np.shape(got) == z.shape else want)
    off = np.maximum(low - slope, slope - high) - room
    if (off <= 0).all():
        return

    def like(values: FloatArray) -> bool:
        return bool((np.abs(slope - values) <= room).all())

    known = {"itself": value, "minus": -want}
    known["at_value"] = (after_value - before_value) / (2 * STEP)
    for code, values in known.items():
        if like(values):
            raise Mistake(code)
    ratio = float(np.sum(slope * want) / np.sum(want**2))
    if like(ratio * want):
        raise Mistake("factor", ratio=ratio)
    worst = np.unravel_index(np.argmax(off), z.shape)
    raise Mistake("slope", z=z[worst], want=want[worst], got=slope[worst])
