"""The questions of exercise 3, activation functions."""

import numpy as np

from nncheck.answers import Function, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    choose,
    expect,
    expect_number,
    no_loop,
    several,
)
from nnlib.activations import leaky_relu, logistic, relu, softplus, swish, tanh
from nnlib.numdiff import central_difference

check = Exercise("exercises/03-activations")


@check.question(
    points=2,
    hints=[
        ("把 W₂(W₁x + b₁) + b₂ 乘開，看看 x 前面是什麼，剩下的又是什麼。", "Multiply out W₂(W₁x + b₁) + b₂. What stands before x, and what is left?"),
        ("先作用的矩陣寫在右邊。b₁ 也要經過第二層。", "The matrix that acts first stands on the right. And b₁ passes through the second layer too."),
    ],
    order=("矩陣的次序反了：先作用的 W₁ 在右邊。", "The matrices are in the wrong order: W₁ acts first, so it stands on the right."),
    transposed=("W 轉置了，應該和 W₁、W₂ 一樣是「輸出 × 輸入」。", "W is transposed; like W₁ and W₂ it must be outputs × inputs."),
    bias=("b₁ 也要乘上 W₂：第一層的偏置會經過第二層。", "b₁ must be multiplied by W₂: the first bias passes through the second layer."),
    last_bias=("只剩下 b₂，b₁ 不見了。", "Only b₂ is left; b₁ is gone."),
    first_bias=("b₂ 不見了。", "b₂ is gone."),
)  # fmt: skip
def q1(collapse: Function, rng: Generator) -> Marks:
    W1, W2 = rng.normal(size=(2, 3, 3))
    b1, b2 = rng.normal(size=(2, 3))
    W, b = several(collapse(W1, b1, W2, b2), 2)
    expect(W, W2 @ W1, order=W1 @ W2, transposed=(W2 @ W1).T)
    yield 1
    expect(b, W2 @ b1 + b2, bias=b1 + b2, last_bias=b2, first_bias=W2 @ b1)
    W1, W2 = rng.normal(size=(4, 2)), rng.normal(size=(3, 4))
    W, b = several(collapse(W1, np.zeros(4), W2, np.zeros(3)), 2)
    expect(W, W2 @ W1)


@check.question(
    points=1,
    hints=[
        ("式 (3.3) 的右邊只有 σ(z)，沒有單獨的 z。", "On the right of Eq. (3.3) there is only σ(z), and no z by itself."),
        ("傳進來的 `a` 就是 σ(z)，把它代進去。", "The argument `a` is σ(z) already. Put it in."),
    ],
    at_a=("又微分了一次：`a` 已經是 σ(z)，不要再當成 z。", "That takes `a` for z. It is σ(z) already."),
    squared=("這是 a²。σ′ 是 σ 乘上 1 − σ。", "That is a². σ′ is σ times 1 − σ."),
    one_minus=("只剩 1 − a，還要乘上 a。", "That is 1 − a alone; a is missing."),
    tanh_rule=("1 − a² 是 tanh 的導數，不是 σ 的。", "1 − a² belongs to tanh, not to σ."),
)  # fmt: skip
def q2(slope_from_value: Function, rng: Generator) -> None:
    z = rng.uniform(-3, 3, size=(2, 4))
    a = logistic(z)
    want = (logistic(z + 1e-5) - logistic(z - 1e-5)) / 2e-5
    expect(
        slope_from_value(a),
        want,
        at_a=logistic.df(a),
        squared=a**2,
        one_minus=1 - a,
        tanh_rule=1 - a**2,
    )


@check.question(
    points=1,
    hints=[
        ("一層最多剩多少？兩個加起來是 1 的正數，乘積最大是多少？", "What is the most that one layer leaves? Two positive numbers add up to 1: how large is their product at most?"),
        ("層與層之間是相乘，不是相加。", "From layer to layer the factors multiply; they do not add."),
    ],
    half=("½ 是 σ(0) 的值，不是斜率。", "½ is the value of σ at 0, not its slope."),
    sum=("十層是十個因子相乘，不是乘以 10。", "Ten layers are ten factors multiplied, not ten times one."),
    one=("斜率 1 是 tanh 的。σ 的斜率最大是多少？", "A slope of 1 belongs to tanh. What is the largest slope of σ?"),
    single=("這是一層。有十層。", "That is one layer. There are ten."),
)  # fmt: skip
def q3(left_after_ten: float) -> None:
    known = {"half": 0.5**10, "sum": 2.5, "one": 1.0, "single": 0.25}
    expect_number(left_after_ten, 0.25**10, digits=2, **known)


@check.question(
    points=3,
    hints=[
        ("tanh 是 σ 橫向縮一半、縱向拉兩倍、再往下移 1。", "tanh is σ squeezed to half its width, stretched to twice its height, and moved down by 1."),
        ("導數：對 2σ(2z) − 1 用連鎖律，再把 σ 用 a 表示，σ = (1 + a) / 2。", "For the slope, apply the chain rule to 2σ(2z) − 1, and write σ with a: σ = (1 + a) / 2."),
    ],
    inner=("裡面的 2 不見了：要 σ(2z)。", "The 2 inside is missing: it must be σ(2z)."),
    shift=("忘了往下移：值域應該是 −1 到 1。", "It was not moved down: the range must be −1 to 1."),
    scale=("外面的 2 不見了：高度只有一半。", "The 2 outside is missing: it has half the height."),
    logistic_rule=("a(1 − a) 是 σ 的導數。tanh 的值 a 可以是負的，導數卻都是正的。", "a(1 − a) belongs to σ. The value a of tanh may be negative, and its slope never is."),
    no_square=("少了平方。", "The square is missing."),
    at_a=("`a` 已經是 tanh(z)，不要再當成 z。", "`a` is tanh(z) already; do not take it for z."),
)  # fmt: skip
def q4(tanh_by_logistic: Function, tanh_slope: Function, rng: Generator) -> Marks:
    z = rng.uniform(-2, 2, size=7)
    a = np.tanh(z)
    expect(
        tanh_by_logistic(z),
        a,
        inner=2 * logistic(z) - 1,
        shift=2 * logistic(2 * z),
        scale=logistic(2 * z) - 0.5,
    )
    yield 2
    want = (np.tanh(z + 1e-5) - np.tanh(z - 1e-5)) / 2e-5
    expect(tanh_slope(a), want, logistic_rule=a * (1 - a), no_square=1 - a, at_a=tanh.df(a))


@check.question(
    points=4,
    hints=[
        ("z 很大時，log(1 + eᶻ) 幾乎就是 z；會溢位的是中間的 eᶻ。把 z 提出來。", "For large z, log(1 + eᶻ) is almost z; what overflows on the way is eᶻ. Take z out of it."),
        ("`max(z, 0) + log(1 + e^(−|z|))` 對每個 z 都成立。或者查查 `np.logaddexp`。", "`max(z, 0) + log(1 + e^(−|z|))` holds for every z. Or look up `np.logaddexp`."),
    ],
    overflow=("中間的數是對的，但是 z = 1000 時溢位了，應該是 1000。", "In the middle it is right, but at z = 1000 it overflows. It must be 1000."),
    clipped=("z = 1000 時應該是 1000，你的是 {got:g}：把 z 截掉，答案也截掉了。", "At z = 1000 it must be 1000 and is {got:g}: cutting z off cuts off the answer."),
    corner=("這是 ReLU，折角沒有磨圓：在 z = 0 應該是 log 2。", "That is ReLU with its corner: at z = 0 it must be log 2."),
    base=("對數的底應該是 e。", "The logarithm must be the natural one."),
    decay=("z 的正負號反了：z 很小時應該趨近 0。", "z has the wrong sign: for very negative z it must go to 0."),
    overflow_slope=("`soft_slope` 在 z = 1000 算成 NaN 了。它是哪個函數？nnlib 有不會溢位的寫法。", "`soft_slope` gives NaN at z = 1000. Which function is it? nnlib has it without overflow."),
    corner_slope=("這是 ReLU 的導數，一下子從 0 跳到 1。softplus 的是平滑的。", "That is the slope of ReLU, which jumps from 0 to 1. That of softplus is smooth."),
    complement=("差一點：這是 1 − σ(z)。z 很大時斜率應該趨近 1。", "Nearly: that is 1 − σ(z). For large z the slope must go to 1."),
    second=("多微分了一次：這是 σ 的導數。", "One derivative too many: that is the slope of σ."),
)  # fmt: skip
def q5(soft: Function, soft_slope: Function, rng: Generator) -> Marks:
    z = rng.uniform(-3, 3, size=(3, 2))
    expect(
        soft(z),
        np.log1p(np.exp(z)),
        corner=relu(z),
        base=np.log2(1 + np.exp(z)),
        decay=np.log1p(np.exp(-z)),
    )
    yield 1
    far = np.array([[-1000.0, 1000.0]])
    got = soft(far)
    if isinstance(got, np.ndarray) and not np.isfinite(got).all():
        raise Mistake("overflow")
    if np.shape(got) == (1, 2) and got[0][1] < 999:
        raise Mistake("clipped", got=float(got[0][1]))
    expect(got, [[0.0, 1000.0]])
    yield 2
    expect(
        soft_slope(z),
        (softplus(z + 1e-5) - softplus(z - 1e-5)) / 2e-5,
        corner_slope=relu.df(z),
        complement=1 - logistic(z),
        second=logistic.df(z),
    )
    got = soft_slope(far)
    if isinstance(got, np.ndarray) and not np.isfinite(got).all():
        raise Mistake("overflow_slope")
    expect(got, [[0.0, 1.0]])
    yield 3
    no_loop(soft, (z,), (np.tile(z, (8, 1)),))
    no_loop(soft_slope, (z,), (np.tile(z, (8, 1)),))


@check.question(
    points=2,
    hints=[
        ("γ = 2、z = 1 的時候，應該是 1。`max` 選了哪一個？", "With γ = 2 and z = 1 it must be 1. Which one does `max` choose?"),
        ("式 (3.7) 不比大小，只看 z 的正負。", "Eq. (3.7) compares nothing; it only looks at the sign of z."),
    ],
    todo=("程式還是原來的樣子，γ = 2 的時候就錯了。", "The code is as it was given, and wrong for γ = 2."),
    flipped=("斜率放錯邊了：γ 是左邊的，右邊是 1。", "The slopes are on the wrong sides: γ belongs to the left, and 1 to the right."),
    left_only=("右邊不見了：z > 0 時應該是 z。", "The right side is gone: for z > 0 it must be z."),
    right_only=("左邊不見了：這是 ReLU。", "The left side is gone: that is ReLU."),
    upward=("左邊往上翹了：z < 0 時應該是 γz，是負的。", "The left side turns upward: for z < 0 it must be γz, which is negative."),
)  # fmt: skip
def q6(leaky: Function, rng: Generator) -> Marks:
    z = np.concatenate([rng.uniform(-3, -0.1, 4), rng.uniform(0.1, 3, 4)])
    expect(
        leaky(z, 0.1),
        leaky_relu(0.1)(z),
        flipped=np.minimum(z, 0.1 * z),
        left_only=0.1 * np.minimum(z, 0),
        right_only=relu(z),
        upward=np.maximum(z, -0.1 * z),
    )
    expect(leaky(z, 2.0), relu(z) + 2 * np.minimum(z, 0), todo=np.maximum(z, 2 * z))
    yield 1
    no_loop(leaky, (z, 0.1), (np.tile(z, 8), 0.1))


@check.question(
    points=2,
    hints=[
        ("死掉的意思是：對每一筆資料，z 都不大於 0。哪一筆最難？", "Dead means that z is not above 0 for any sample. Which sample is the hardest?"),
        ("要救它，得有不是 0 的梯度傳回來。哪一個選項做得到？", "To revive it, a gradient other than 0 must come back. Which option gives one?"),
    ],
    some=("這樣只有 x = 2 那一筆沒有反應，另外兩筆的 z 還大於 0。", "Then only the sample x = 2 is silent; the other two still have z > 0."),
    mean=("平均不夠：每一筆都要 z ≤ 0。", "The mean is not enough: each sample needs z ≤ 0."),
    minus=("正負號反了：z = −x + b ≤ 0。", "The sign is wrong: z = −x + b ≤ 0."),
    smaller=("這樣確實死了，但 b 還可以再大一點。", "It is dead there, but b can be larger still."),
    larger=("還活著：x = 0.5 那一筆的 z 是 {z:.3g}，大於 0。", "It is alive: for the sample x = 0.5, z is {z:.3g}, above 0."),
    A=("學習率再怎麼調，乘上 0 還是 0。", "Whatever the learning rate is, times 0 it is 0."),
    B=("梯度是 0，再多訓練幾次也不會動。", "The gradient is 0; more epochs move nothing."),
    D=("損失換了，傳回來的梯度還是要乘上 ReLU 的斜率 0。", "Whatever comes back from another loss is still multiplied by the slope of ReLU, 0."),
)  # fmt: skip
def q7(b_dead: float, revive: str) -> Marks:
    x = np.array([0.5, 1.0, 2.0])
    for code, value in {"some": x.max(), "mean": x.mean(), "minus": -x.min()}.items():
        if np.isclose(b_dead, value):
            raise Mistake(code)
    if not np.isclose(b_dead, x.min()):
        raise Mistake("smaller" if b_dead < x.min() else "larger", z=b_dead - x.min())
    yield 1
    choose(revive, "C", "ABCD")


@check.question(
    points=3,
    hints=[
        ("z 和 σ(βz) 相乘，兩個都和 z 有關：用乘法的微分規則，得到兩項。", "z and σ(βz) are multiplied and both depend on z: the product rule gives two terms."),
        ("σ(βz) 對 z 微分，裡面的 β 會跑出來：βσ′(βz)。", "Differentiate σ(βz) by z, and the β inside comes out: βσ′(βz)."),
    ],
    gate_only=("少了一項：閘 σ(βz) 也會隨 z 變。", "A term is missing: the gate σ(βz) changes with z as well."),
    no_gate=("少了一項：前面的 z 微分成 1，留下 σ(βz)。", "A term is missing: the z in front has derivative 1 and leaves σ(βz)."),
    no_beta=("連鎖律：σ(βz) 裡面的 β 要乘出來。", "The chain rule: the β inside σ(βz) comes out as a factor."),
    product=("乘積的導數不是導數的乘積。", "The derivative of a product is not the product of the derivatives."),
    at_z=("σ′ 要代 βz，不是 z。", "σ′ must be taken at βz, not at z."),
    silu=("這是 β = 1 的情形。", "That is the case β = 1."),
    itself=("這是 Swish 本身，不是導數。", "That is Swish itself, not its derivative."),
)  # fmt: skip
def q8(swish_slope: Function, rng: Generator) -> Marks:
    z, beta = rng.uniform(-3, 3, 6), float(rng.uniform(1.5, 3))
    gate, slope = logistic(beta * z), logistic.df(beta * z)
    expect(
        swish_slope(z, beta),
        [central_difference(lambda x: swish(beta)(x), each) for each in z],
        gate_only=gate,
        no_gate=beta * z * slope,
        no_beta=gate + z * slope,
        product=beta * slope,
        at_z=gate + beta * z * logistic.df(z),
        silu=logistic(z) + z * logistic.df(z),
        itself=z * gate,
    )
    yield 2
    no_loop(swish_slope, (z, beta), (np.tile(z, 8), beta))
