"""The questions of exercise 6, cost functions and output units."""

from math import factorial
from typing import Any

import numpy as np

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
    expect_quietly,
    no_loop,
    passing_over,
    several,
)
from nnlib.activations import logistic, softmax
from nnlib.checks import FloatArray, IntArray
from nnlib.numdiff import central_difference

check = Exercise("exercises/06-cost-functions")


@check.question(
    points=3,
    hints=[
        ("一筆的損失是 ½ Σₖ(ŷₖ − yₖ)²，把 K 個加起來；成本再對 N 筆平均。", "The loss of a sample is ½ Σₖ(ŷₖ − yₖ)², a sum over the K outputs; the cost is the mean over the N samples."),
        ("½ 和平方的 2 約掉，`D` 就只剩誤差除以 N。至於學習率：成本乘上 c，學習率就要除以 c。", "The ½ cancels the 2 of the square, so `D` is the error divided by N. As for the learning rate: where the cost is c times as large, divide by c."),
    ],
    total=("少了 1/N：成本是 N 筆的平均，不是總和。", "The 1/N is missing: the cost is the mean over the N samples, not the sum."),
    no_half=("`C` 大了 2 倍：平方前面還有 ½。", "`C` is twice too large: there is a ½ before the square."),
    elements=("平均過頭了：只對 N 筆平均，同一筆的 K 個輸出是加起來。", "That averages too much: the mean is over the N samples alone, and the K outputs of a sample are added up."),
    torch=("這是 PyTorch 的 `MSELoss`：對全部元素平均，也沒有 ½。", "That is PyTorch's `MSELoss`: a mean over all the elements, without the ½."),
    per_sample=("`C` 還是一筆一個值，要再對 N 筆平均。", "`C` still has one value for each sample: take their mean."),
    twice=("`D` 大了 2 倍：微分掉下來的 2 和前面的 ½ 約掉。", "`D` is twice too large: the 2 of the derivative cancels the ½."),
    halved=("`D` 小了一半：½ 已經和微分掉下來的 2 約掉了。", "`D` is half of what it should be: the ½ and the 2 of the derivative cancel, and no ½ is left."),
    sign=("`D` 的正負號反了：ŷ 太大，成本要往上斜。", "The sign of `D` is wrong: where ŷ is too large the cost slopes upward."),
    summed=("`D` 把 N 筆加起來了。每個 ŷ 各有自己的偏導數，形狀和 `Y_hat` 一樣。", "`D` was added up over the samples. Every ŷ has its own partial derivative, so keep the shape of `Y_hat`."),
    same=("`eta_torch`：成本的常數不同，同樣的 η 走不出同一條路。", "`eta_torch`: the costs differ by a constant, so the same η takes another path."),
    inverse=("`eta_torch`：方向反了。成本變小，步子跟著變小，學習率要補回來。", "`eta_torch`: the wrong way round. A smaller cost takes smaller steps, and the learning rate must make up for it."),
    no_outputs=("`eta_torch`：只處理了 ½。`MSELoss` 也對每一筆的 K 個輸出平均。", "`eta_torch`: that accounts for the ½ alone. `MSELoss` also takes the mean over the K outputs."),
    no_two=("`eta_torch`：只處理了 K。別忘了 ½ 也不一樣。", "`eta_torch`: that accounts for K alone. The ½ is different too."),
)  # fmt: skip
def q1(squared: Function, eta_torch: float, rng: Generator) -> Marks:
    N, K = map(int, rng.permutation([3, 4, 5, 6])[:2])
    Y_hat, Y = rng.normal(size=(2, N, K))

    def cost(Y_hat: FloatArray) -> float:
        losses = [sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) / 2 for pair in zip(Y_hat, Y, strict=True)]  # fmt: skip
        return float(sum(losses) / N)

    C, D = several(squared(Y_hat, Y), 2)
    want = cost(Y_hat)
    expect(
        C,
        want,
        total=N * want,
        no_half=2 * want,
        elements=want / K,
        torch=2 * want / K,
        per_sample=np.sum((Y_hat - Y) ** 2, axis=1) / 2,
    )
    yield 1
    slope = central_difference(cost, Y_hat)
    expect(
        D,
        slope,
        total=N * slope,
        twice=2 * slope,
        halved=slope / 2,
        elements=slope / K,
        torch=2 * slope / K,
        sign=-slope,
        summed=slope.sum(axis=0),
    )
    no_loop(squared, (Y_hat, Y), (np.tile(Y_hat, (8, 1)), np.tile(Y, (8, 1))))
    yield 2
    eta, ten = 0.1, 10
    known = {"same": eta, "inverse": 2 * eta / ten, "no_outputs": eta / 2, "no_two": eta * ten}
    expect_quietly(eta_torch, eta * ten / 2, **known)


@check.question(
    points=3,
    hints=[
        ("先看一筆：ŷ 比 y 大，損失是 (1 − τ)(ŷ − y)，斜率多少？ŷ 比 y 小呢？", "Take one sample: for ŷ above y the loss is (1 − τ)(ŷ − y). What is its slope? And for ŷ below y?"),
        ("兩種斜率用 `np.where(y_hat > y, …, …)` 挑，再除以 N。站牌：把價格比寫成 τ 比 1 − τ，就知道要哪一個分位數。", "Choose between the two slopes with `np.where(y_hat > y, …, …)`, then divide by N. For the sign, write the prices as τ to 1 − τ: that tells which quantile."),
    ],
    swapped=("τ 和 1 − τ 對調了：猜低了（y > ŷ）才罰 τ。", "τ and 1 − τ are swapped: τ is the price of guessing low, y > ŷ."),
    conditions=("兩種情形對調了：ŷ > y 的時候，ŷ 再大損失就更大，斜率是正的。", "The two cases are swapped: with ŷ > y a larger ŷ costs more, so the slope is positive."),
    sign=("正負號反了：這是對 y 的斜率，題目要對 ŷ 的。", "The sign is wrong: that is the slope by y, and the question asks for the one by ŷ."),
    no_mean=("少了 1/N：成本是 N 筆的平均。", "The 1/N is missing: the cost is the mean over N samples."),
    slope=("加起來了：那是每一筆都填同一個數的斜率，式 (6.11)。這裡每一筆有自己的 ŷ。", "That is added up, the slope of Eq. (6.11) for one number on every sample. Here each sample has its own ŷ."),
    absolute=("這是絕對誤差的斜率，兩邊一樣陡。τ 要讓兩邊不一樣。", "That is the slope of the absolute error, equally steep on both sides. τ makes the sides differ."),
    itself=("這是損失本身，不是它的斜率。", "That is the loss itself, not its slope."),
    mean=("`best_sign`：這是平均值，平方誤差才選它。", "`best_sign`: that is the mean, which the squared error would choose."),
    median=("`best_sign`：這是中位數，兩邊一樣貴才選它。", "`best_sign`: that is the median, right if both sides cost the same."),
    reversed=("`best_sign`：偏錯邊了。公車比站牌晚的時候比較貴，數字該比中位數大，不是小。", "`best_sign`: you lean to the wrong side. A bus later than the sign costs more, so the number must be above the median, not below."),
    largest=("`best_sign`：完全不讓它猜低，要花太多錢在猜高上。算一次總價看看。", "`best_sign`: never to be too low costs too much on the other side. Add up what it costs."),
)  # fmt: skip
def q2(pinball_D: Function, best_sign: float, rng: Generator) -> Marks:
    N, tau = int(rng.integers(5, 10)), float(rng.uniform(0.6, 0.9))
    y = rng.normal(size=N)
    y_hat = y + rng.uniform(0.2, 1, N) * rng.permutation([1, -1, 1, *rng.choice([1, -1], N - 3)])

    def cost(y_hat: FloatArray) -> float:
        pairs = zip(y_hat, y, strict=True)
        return float(sum(tau * (b - a) if b > a else (1 - tau) * (a - b) for a, b in pairs) / N)

    high, want = y_hat > y, central_difference(cost, y_hat)
    expect(
        pinball_D(y_hat, y, tau),
        want,
        swapped=np.where(high, tau, tau - 1) / N,
        conditions=np.where(high, -tau, 1 - tau) / N,
        sign=-want,
        no_mean=N * want,
        slope=want.sum(),
        absolute=np.sign(y_hat - y) / N,
        itself=want * (y_hat - y),
    )
    no_loop(pinball_D, (y_hat, y, tau), (np.tile(y_hat, 8), np.tile(y, 8), tau))
    yield 2
    late = np.array([1, 2, 3, 6, 13])
    prices = [sum(3 * max(t - c, 0) + max(c - t, 0) for t in late) for c in late]
    expect_quietly(
        best_sign,
        late[np.argmin(prices)],
        mean=late.mean(),
        median=np.median(late),
        reversed=np.quantile(late, 0.25),
        largest=late.max(),
    )


@check.question(
    points=4,
    hints=[
        ("先求 D = (Ŷ − Y) / N，形狀 (N, K)。Y 是 one-hot：`np.eye(K)[y]`，K 就是 `len(b)`。", "First D = (Ŷ − Y) / N, of shape (N, K). Y is one-hot: `np.eye(K)[y]`, and K is `len(b)`."),
        ("z = Wx + b，所以一筆的 ∂ℓ/∂W 是 δxᵀ，∂ℓ/∂b 是 δ；N 筆加起來就是 `D.T @ X` 和 `D.sum(axis=0)`。", "z = Wx + b, so for one sample ∂ℓ/∂W is δxᵀ and ∂ℓ/∂b is δ; summed over the samples they are `D.T @ X` and `D.sum(axis=0)`."),
    ],
    no_mean=("大了 N 倍：成本是 N 筆的平均，1/N 收在 `D` 裡。", "N times too large: the cost is a mean over N samples, and its 1/N belongs in `D`."),
    twice_mean=("除了兩次 N：`D` 裡已經有 1/N，之後就只加總。", "That divides by N twice: with the 1/N in `D`, only sums are left to do."),
    element_wise=("softmax 不是逐元素的：你只用了 Jacobian 矩陣的對角線，錯的類別收不到訊號。", "Softmax is not element-wise: you used the diagonal of its Jacobian alone, and the wrong classes get no signal."),
    no_answer=("只有 Ŷ：要減掉答案。", "That is Ŷ alone: take the answers away."),
    labels=("減掉的是類別的編號。編號不是量，要先變成 one-hot。", "You took away the numbers of the classes. They are names, not amounts: make them one-hot first."),
    no_softmax=("Z 還沒通過 softmax：δ 是 ŷ − y，不是 z − y。", "Z has not passed through softmax: δ is ŷ − y, not z − y."),
    axis=("softmax 的方向錯了：一筆一列（row），每一列的機率加起來是 1。", "The softmax goes along the wrong axis: each sample is a row, and each row must add up to 1."),
    sign=("正負號反了：是 ŷ − y。", "The sign is wrong: it is ŷ − y."),
    flipped=("`dW` 轉置了：它的形狀和 W 一樣，K × M。", "`dW` is transposed: it has the shape of W, K × M."),
    no_transpose=("`D` 少了轉置：`D @ X` 把第 n 筆的 δ 和別筆的輸入配在一起了，要對 N 那個軸加總。", "`D` lacks its transpose: `D @ X` joins the δ of one sample to the inputs of others; the axis of length N is the one to sum over."),
    no_inputs=("`dW` 少了輸入：z 對 w 的變化率是 x。", "`dW` lacks the inputs: z changes with w at the rate x."),
    per_sample=("`db` 還是一筆一列，要對 N 筆加總。", "`db` still has a row for each sample: sum over the N samples."),
    db_axis=("`db` 加錯軸了：每一列的 ŷ − y 加起來一定是 0，要加的是各筆。", "`db` is summed along the wrong axis: a row of ŷ − y always adds up to 0. Add up the samples."),
)  # fmt: skip
def q3(last_layer: Function, rng: Generator) -> Marks:
    def case(N: int, M: int, K: int) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
        return rng.normal(size=(N, M)), rng.normal(size=(K, M)), rng.normal(size=K), rng.permutation(N) % K  # fmt: skip

    n = int(rng.integers(3, 6))
    X, W, b, y = case(n, n, n)  # all lengths alike, so that no wrong order raises an error
    Z, Y = X @ W.T + b, np.eye(n)[y]
    D = (softmax(Z) - Y) / n
    got_W, got_b = several(last_layer(X, W, b, y), 2)
    dW = central_difference(lambda W: cross_entropy(X @ W.T + b, y), W)
    expect(
        got_W,
        dW,
        no_mean=n * dW,
        twice_mean=dW / n,
        element_wise=(-Y * (1 - softmax(Z)) / n).T @ X,
        no_answer=(softmax(Z) / n).T @ X,
        labels=((softmax(Z) - y[:, None]) / n).T @ X,
        no_softmax=((Z - Y) / n).T @ X,
        axis=((softmax(Z.T).T - Y) / n).T @ X,
        sign=-dW,
        flipped=dW.T,
        no_transpose=D @ X,
        no_inputs=D,
    )
    yield 2
    db = central_difference(lambda b: cross_entropy(X @ W.T + b, y), b)
    expect(
        got_b,
        db,
        no_mean=n * db,
        twice_mean=db / n,
        sign=-db,
        per_sample=D,
        db_axis=D.sum(axis=1),
    )
    X, W, b, y = case(*map(int, rng.permutation([3, 4, 6])))
    got_W, got_b = several(last_layer(X, W, b, y), 2)
    expect(got_W, central_difference(lambda W: cross_entropy(X @ W.T + b, y), W))
    expect(got_b, central_difference(lambda b: cross_entropy(X @ W.T + b, y), b))
    yield 3
    no_loop(last_layer, (X, W, b, y), (np.tile(X, (8, 1)), W, b, np.tile(y, 8)))


def cross_entropy(Z: FloatArray, y: IntArray) -> float:
    pairs = zip(Z, y, strict=True)
    return float(np.mean([np.log(np.exp(z).sum()) - z[k] for z, k in pairs]))


@check.question(
    points=4,
    hints=[
        ("先取對數再變號：相乘的三個因子變成三項。哪一項沒有 z？", "Take the logarithm and change the sign: three factors become three terms. Which of them has no z?"),
        ("展開是 −log p = μ − y log μ + log(y!)，而 μ = eᶻ，所以 log μ = z。", "Written out, −log p = μ − y log μ + log(y!), and with μ = eᶻ, log μ is z."),
        ("剩下的式子對 z 微分，每個 zₙ 只出現在自己那一筆，再除以 N。", "Differentiate what is left by z. Each zₙ is in its own sample only; then divide by N."),
    ],
    sign=("`count_loss` 的正負號反了：概似取了對數還要變號，資料越可能，成本才越低。", "The sign of `count_loss` is wrong: it is minus the log-likelihood, so that a cost is lower where the data are more probable."),
    sign_D=("`count_D` 的正負號反了：ŷ 已經太大的時候，z 再大，成本要更高。", "The sign of `count_D` is wrong: where ŷ is too large already, a larger z must cost more."),
    total=("少了 1/N：成本是 N 筆的平均。", "The 1/N is missing: the cost is the mean over N samples."),
    per_sample=("還是一筆一個值，成本要再平均。", "There is still one value for each sample; the cost is their mean."),
    constant=("`log y!` 還在。它沒有 z，改變不了梯度，題目請你丟掉。", "`log y!` is still there. It has no z and changes no gradient, and the question asks to drop it."),
    no_unit=("你把 z 當成 μ 了。平均數是 μ = eᶻ。", "You took z for μ. The mean is μ = eᶻ."),
    no_mean_term=("少了 e^(−μ) 那個因子：它也有 z，丟不得。", "The factor e^(−μ) is missing: it has z in it, so it must stay."),
    gaussian=("這是平方誤差，高斯雜訊的成本。這次的分布不一樣。", "That is the squared error, the cost of Gaussian noise. This distribution is another."),
    slope=("多乘了一個 ŷ：從 ŷ 走到 z 的那個因子，已經和分母約掉了。", "There is one factor ŷ too many: the one for the step from ŷ to z has canceled a denominator."),
    linear=("ŷ 不是 z：先通過輸出單元。", "ŷ is not z: apply the output unit."),
    by_hat=("這是對 ŷ 的變化率，還要再走一步到 z。", "That is the rate of change by ŷ; there is one more step to z."),
    summed=("把 N 筆加起來了：每個 z 有自己的偏導數。", "That is added up over the samples: every z has its own partial derivative."),
)  # fmt: skip
def q4(count_loss: Function, count_D: Function, rng: Generator) -> Marks:
    N = int(rng.integers(5, 8))
    z, y = rng.uniform(0.3, 1.5, N), rng.permutation(N).astype(float)
    extra = float(np.mean([np.log(factorial(int(each))) for each in y]))

    def cost(z: FloatArray) -> float:
        mu = np.exp(z)
        p = [m**k * np.exp(-m) / factorial(int(k)) for m, k in zip(mu, y, strict=True)]
        return float(-np.mean(np.log(p))) - extra

    want = cost(z)
    expect(
        count_loss(z, y),
        want,
        sign=-want,
        total=N * want,
        per_sample=np.exp(z) - y * z,
        constant=want + extra,
        no_unit=np.mean(z - y * np.log(z)),
        no_mean_term=-np.mean(y * z),
        gaussian=np.mean((np.exp(z) - y) ** 2) / 2,
    )
    other = rng.normal(size=N)
    expect(count_loss(other, y), cost(other))
    yield 2
    slope, mu = central_difference(cost, z), np.exp(z)
    expect(
        count_D(z, y),
        slope,
        sign_D=-slope,
        total=N * slope,
        slope=slope * mu,
        linear=(z - y) / N,
        by_hat=slope / mu,
        summed=slope.sum(),
    )
    expect(count_D(other, y), central_difference(cost, other))
    yield 3
    for function in (count_loss, count_D):
        no_loop(function, (z, y), (np.tile(z, 8), np.tile(y, 8)))


@check.question(
    points=5,
    hints=[
        ("高斯密度取負對數：½ log 2π + ½ log σ² + (y − μ)² / 2σ²。第一項不隨輸出改變；把 σ² 換成 eˢ。", "Minus the logarithm of the Gaussian density: ½ log 2π + ½ log σ² + (y − μ)² / 2σ². The first term does not depend on the outputs; put eˢ for σ²."),
        ("對 s 微分：½ 的 s 給 ½，e⁻ˢ 給 −e⁻ˢ。兩個梯度都再除以 N。", "By s: the s with its ½ gives ½, and e⁻ˢ gives −e⁻ˢ. Both gradients are then divided by N."),
        ("`best_s`：四班車共用一個 s，成本對 s 的斜率是 0，就解出 eˢ。", "`best_s`: four buses share one s. Ask for slope 0 of the cost by s, and solve for eˢ."),
    ],
    constant=("`½ log 2π` 還在。它不隨 μ 和 s 改變，題目請你丟掉。", "`½ log 2π` is still there. It changes with neither μ nor s, and the question asks to drop it."),
    no_half=("`spread_loss` 大了 2 倍：兩項前面都有 ½。", "`spread_loss` is twice too large: both terms have a ½."),
    no_log=("少了 ½s 那一項：沒有它，網路把 σ 說得無限大，成本就是 0。", "The term ½s is missing. Without it a network that claims an infinite σ has cost 0."),
    not_weighed=("誤差還沒除以 eˢ：沒把握的地方，同樣的誤差應該罰得比較輕。", "The error is not divided by eˢ: where the network is unsure, the same error must cost less."),
    variance_s=("你把 s 當成 σ² 了。s 是它的對數，所以 σ² = eˢ，永遠是正的。", "You took s for σ². It is its logarithm, so σ² = eˢ, which is always positive."),
    deviation=("你把 eˢ 當成 σ 了，又平方了一次。eˢ 就是 σ²。", "You took eˢ for σ and squared it again. eˢ is σ² already."),
    upside_down=("乘除反了：誤差的平方要除以 eˢ，也就是乘上 e⁻ˢ。", "That is upside down: the square of the error is divided by eˢ, or multiplied by e⁻ˢ."),
    total=("少了 1/N：成本是 N 筆的平均。", "The 1/N is missing: the cost is the mean over N samples."),
    per_sample=("還是一筆一個值，成本要再平均。", "There is still one value for each sample; the cost is their mean."),
    sign_mu=("`spread_D` 的第一個，正負號反了：μ 已經比 y 大的話，再大成本會更高。", "The first of `spread_D` has the wrong sign: where μ is above y, a larger μ costs more."),
    plain_mu=("`spread_D` 的第一個還要除以 eˢ：沒把握的那幾筆，拉得比較輕。", "The first of `spread_D` lacks its eˢ below the line: samples of which the network is unsure pull less."),
    sign_s=("`spread_D` 的第二個，正負號反了：誤差很大的時候，s 再大成本會降低。", "The second of `spread_D` has the wrong sign: where the error is large, a larger s costs less."),
    no_one=("`spread_D` 的第二個少了 ½s 微分出來的 ½。", "The second of `spread_D` lacks the ½ that comes from ½s."),
    by_variance=("`spread_D` 的第二個是對 σ² 的。輸出是 s，還要乘上 dσ²/ds = eˢ。", "The second of `spread_D` is by σ². The output is s: multiply by dσ²/ds = eˢ."),
    twice_s=("`spread_D` 的第二個大了 2 倍：½ 不見了。", "The second of `spread_D` is twice too large: the ½ is gone."),
    no_answer=("`best_s`：這是 eˢ，還要取對數。", "`best_s`: that is eˢ; take its logarithm."),
    own_mean=("`best_s`：這是四個誤差繞著自己平均的變異數。μ 固定在 5，要繞著 5 算。", "`best_s`: that is the variance of the four errors around their own mean. μ stays at 5, so take it around 5."),
    less_one=("`best_s`：分母是 4，不是 3：μ 不是從這四班車估計的。", "`best_s`: divide by 4 and not by 3: μ was not estimated from these four buses."),
    log_sigma=("`best_s`：這是 log σ，少了 2 倍。", "`best_s`: that is log σ, half of it."),
)  # fmt: skip
def q5(spread_loss: Function, spread_D: Function, best_s: float, rng: Generator) -> Marks:
    N = int(rng.integers(4, 8))
    mu, y, s = rng.normal(size=N), rng.normal(size=N), rng.uniform(0.2, 1.2, N)

    def cost(mu: FloatArray, s: FloatArray) -> float:
        sigma = np.exp(s) ** 0.5
        p = np.exp(-0.5 * ((y - mu) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
        return float(-np.mean(np.log(p)) - np.log(2 * np.pi) / 2)

    want, square = cost(mu, s), (y - mu) ** 2
    expect(
        spread_loss(mu, s, y),
        want,
        constant=want + np.log(2 * np.pi) / 2,
        no_half=2 * want,
        no_log=np.mean(square / np.exp(s)) / 2,
        not_weighed=np.mean(s + square) / 2,
        variance_s=np.mean(np.log(s) + square / s) / 2,
        deviation=np.mean(2 * s + square / np.exp(2 * s)) / 2,
        upside_down=np.mean(s + square * np.exp(s)) / 2,
        total=N * want,
        per_sample=(s + square / np.exp(s)) / 2,
    )
    yield 2
    got_mu, got_s = several(spread_D(mu, s, y), 2)
    by_mu = central_difference(lambda mu: cost(mu, s), mu)
    by_s = central_difference(lambda s: cost(mu, s), s)
    expect(
        got_mu,
        by_mu,
        sign_mu=-by_mu,
        plain_mu=(mu - y) / N,
        total=N * by_mu,
        upside_down=by_mu * np.exp(2 * s),
    )
    yield 3
    expect(
        got_s,
        by_s,
        sign_s=-by_s,
        no_one=by_s - 0.5 / N,
        by_variance=by_s / np.exp(s),
        twice_s=2 * by_s,
        total=N * by_s,
    )
    yield 4
    errors = np.array([3, 5, 7, 9]) - 5.0
    right = float(np.log(np.mean(errors**2)))
    expect_number(
        best_s,
        right,
        no_answer=np.exp(right),
        own_mean=np.log(errors.var()),
        less_one=np.log(np.sum(errors**2) / 3),
        log_sigma=right / 2,
    )


@check.question(
    points=3,
    hints=[
        ("先只給一筆，`P` 應該加起來是 1。再給四筆，看看 `P[:, y].shape`。", "Pass one sample first: `P` must add up to 1. Then pass four and look at `P[:, y].shape`."),
        ("每一列（row）挑一格：`P[np.arange(len(y)), y]`。溢位的藥是式 (6.21)：先減最大的，一路留在對數裡。", "Pick one place in each row: `P[np.arange(len(y)), y]`. For the overflow there is Eq. (6.21): subtract the largest, and stay in logarithms."),
    ],
    todo=("程式還是原來的樣子，三個錯都在。", "The code is as it was given, with all three bugs."),
    axis=("只給一筆，損失永遠是 0。softmax 是一筆之內的事，`E.sum` 卻在對誰加總？", "With a single sample the loss is always 0. Softmax is a matter within a sample; what does `E.sum` add up?"),
    keepdims=("加總的軸對了，除的時候卻對錯邊：形狀 (N,) 會對到直行（column）上。加上 `keepdims=True`。", "The axis is right, but the division is not: a shape (N,) lines up with the columns. Add `keepdims=True`."),
    overall=("你除的是整批的總和。每一筆的機率要各自加起來是 1。", "You divide by the sum of the whole batch. The probabilities of each sample must add up to 1."),
    pick=("`P[:, y]` 的形狀是 (N, N)：每一筆都挑了全班的答案。", "`P[:, y]` has shape (N, N): from each sample it picks everybody's answer."),
    total=("這是總和，成本是平均。", "That is the sum; the cost is the mean."),
    per_sample=("還是一筆一個值，要再平均。", "There is still one value for each sample: take their mean."),
    sign=("正負號反了：機率的對數是負的，損失是正的。", "The sign is wrong: the logarithm of a probability is negative, and a loss is positive."),
    overflow=("平常的 z 都對，z = ±1000 就成了 NaN 或無限大。e 的 1000 次方和 log 0 都過不了，式 (6.21) 兩頭都治。", "Right for ordinary z, but at z = ±1000 it gives NaN or infinity. Neither e to the 1000 nor log 0 will do; Eq. (6.21) cures both."),
    clipped=("不再是無限大了，數字卻是假的：應該是 1000 的損失被你截成別的數，梯度也跟著錯。", "It is no longer infinite, but it is made up: a loss of 1000 was cut to something else, and so is its gradient."),
)  # fmt: skip
def q6(cost_of_labels: Function, rng: Generator) -> Marks:
    N = int(rng.integers(4, 7))
    Z, y = rng.normal(size=(N, N)), rng.permutation([*range(N - 1), 0])
    E, one = np.exp(Z), (Z[:1], y[:1])
    got, want = cost_of_labels(Z, y), cross_entropy(Z, y)
    if agree(got, -np.log((E / E.sum(axis=0))[:, y]).mean()):
        raise Mistake("todo")
    expect(cost_of_labels(*one), cross_entropy(*one), axis=0.0, sign=-cross_entropy(*one), per_sample=[cross_entropy(*one)])  # fmt: skip
    yield 1
    P, rows = softmax(Z), np.arange(N)
    if agree(got, -np.log((E / E.sum(axis=1))[:, y]).mean()):
        raise Mistake("keepdims")
    expect(
        got,
        want,
        axis=-np.log((E / E.sum(axis=0))[rows, y]).mean(),
        keepdims=-np.log((E / E.sum(axis=1))[rows, y]).mean(),
        overall=-np.log((E / E.sum())[rows, y]).mean(),
        pick=-np.log(P[:, y]).mean(),
        total=N * want,
    )
    K = int(rng.integers(3, 6))
    Z, y = rng.normal(size=(2 * K, K)), rng.permutation(2 * K) % K
    expect(cost_of_labels(Z, y), cross_entropy(Z, y))
    yield 2
    Z = np.array([[1000.0, 0, -1000], [-1000, -1001, -1002], [0, -1000, -2000]])
    got, want = cost_of_labels(Z, np.array([0, 2, 1])), (2 + np.log(np.exp([0, -1, -2]).sum()) + 1000) / 3  # fmt: skip
    if not np.isfinite(got).all():
        raise Mistake("overflow")
    if not agree(got, want):
        raise Mistake("clipped")


@check.question(
    points=3,
    hints=[
        ("網路只能給這張圖一個 q。式 (6.24)：交叉熵等於 p 自己的熵，加上一個不會是負的 KL。", "The network can give this picture one q only. By Eq. (6.24) the cross-entropy is the entropy of p itself plus a KL that is never negative."),
        ("做兩次 softmax：第二次看到的「z」是機率，最好的情形是一個 1、九個 0。", "With two softmaxes, the second sees probabilities for its z. At best they are a 1 and nine 0s."),
    ],
    zero=("`floor_mixed`：十個人意見不同，一個 q 不可能讓十筆的損失都是 0。", "`floor_mixed`: ten people disagree, and one q cannot bring all ten losses to 0."),
    majority=("`floor_mixed`：這只算了答第 1 類的人。另外三個人的損失也要算進平均。", "`floor_mixed`: that counts the people who said class 1. The other three belong in the mean too."),
    summed=("`floor_mixed`：這是十筆的總和，題目要平均。", "`floor_mixed`: that is the sum of all ten; the question asks for their mean."),
    bits=("`floor_mixed`：用成 log₂ 了。這本書的 log 是自然對數。", "`floor_mixed`: that is log₂. In this book log is the natural logarithm."),
    uniform=("`floor_mixed`：這是三類都答 ⅓ 的交叉熵。可以答得更好。", "`floor_mixed`: that is the cross-entropy of answering ⅓ for all three. One can do better."),
    reversed=("`kl_uniform`：方向反了。平均要用資料的 p 來加權。", "`kl_uniform`: the wrong direction. It is the p of the data that weighs the mean."),
    whole=("`kl_uniform`：這是整個交叉熵。題目要的是比最低的多出多少。", "`kl_uniform`: that is the whole cross-entropy. The question asks how far it is above the lowest."),
    negative=("`kl_uniform`：正負號反了。KL 散度不會是負的。", "`kl_uniform`: the sign is wrong. A KL divergence is never negative."),
    perfect=("`floor_twice`：softmax 的輸出最大是 1、最小是 0，再做一次 softmax，到不了機率 1。", "`floor_twice`: the outputs of a softmax are between 0 and 1, and another softmax of them does not reach probability 1."),
    three=("`floor_twice`：這是 3 類的。題目有 10 類。", "`floor_twice`: that is for 3 classes. Here there are 10."),
    blind=("`floor_twice`：這是十類都答 0.1 的損失。最好的情形沒有那麼糟。", "`floor_twice`: that is the loss of answering 0.1 for all ten. The best is not as bad."),
    chance=("`floor_twice`：這是機率。損失要再取負對數。", "`floor_twice`: that is the probability. The loss is its negative logarithm."),
)  # fmt: skip
def q7(floor_mixed: float, kl_uniform: float, floor_twice: float) -> Marks:
    people = np.array([0] * 7 + [1] * 2 + [2])
    p, q = np.array([0.7, 0.2, 0.1]), np.full(3, 1 / 3)
    lowest = float(-np.mean(np.log(p[people])))
    known = {"zero": 0.0, "majority": -np.log(0.7), "bits": lowest / np.log(2), "uniform": np.log(3), "summed": 10 * lowest}  # fmt: skip
    expect_quietly(floor_mixed, lowest, **known)
    yield 1
    gap = float(-np.mean(np.log(q[people]))) - lowest
    expect_quietly(kl_uniform, gap, reversed=q @ np.log(q / p), whole=gap + lowest, negative=-gap)
    yield 2
    certain = softmax(np.eye(10)[0])[0]
    known = {"perfect": 0.0, "three": -np.log(softmax(np.eye(3)[0])[0]), "blind": np.log(10), "chance": certain}  # fmt: skip
    expect_quietly(floor_twice, -np.log(certain), **known)


@check.question(
    points=5,
    hints=[
        ("每一件先問：答案是數、是或不是、K 選一，還是可複選？答案是數的，再問要它的哪一個統計量。", "Ask of each: is the answer a number, yes or no, one of K, or several at once? If it is a number, ask which statistic of it is wanted."),
        ("可複選就是 K 個互不相干的「是或不是」：每一格是式 (6.20)，加起來；δ 是 σ(z) − y。", "Several at once means K separate questions of yes or no: each has Eq. (6.20), and they are added up; δ is σ(z) − y."),
    ],
    length=("要六個字母，依序對應第 1 到第 6 件，只用 A 到 F，例如 \"AABBCC\"。", "Give six letters, for tasks 1 to 6 in order, of A to F alone, such as \"AABBCC\"."),
    number=("第 1 件：答案是實數，雜訊是高斯。式 (6.5) 給的是哪一種？", "Task 1: the answer is a real number with Gaussian noise. Which one does Eq. (6.5) give?"),
    digit=("第 2 件：十類互斥，恰好一類是對的，機率要加起來是 1。", "Task 2: ten classes that exclude each other, one of them right; the probabilities must add up to 1."),
    labels=("第 3 件：貓和狗可以同時在照片裡。哪一種輸出讓每個標籤各自回答，又不只一個？", "Task 3: a cat and a dog can be in one photo. Which output lets every label answer for itself, and has more than one?"),
    leave=("第 4 件：二十次只准遲到一次，要的不是平均，也不是中位數。", "Task 4: late once in twenty is neither the mean nor the median."),
    yes_no=("第 5 件：只問一件事，會或不會，一個機率就夠。", "Task 5: one question, yes or no, and one probability is enough."),
    typos=("第 6 件：多打幾個零的房價，誰不理它？平方誤差會讓平均跟著跑。", "Task 6: who ignores a price with too many zeros? The squared error lets the mean run after it."),
    no_mean=("少了 1/N：成本是 N 筆的平均。", "The 1/N is missing: the cost is the mean over N samples."),
    elements=("平均過頭了：同一筆的 K 個標籤加起來，只對 N 筆平均。", "That averages too much: add up the K labels of a sample, and take the mean over the N samples alone."),
    only_yes=("`C` 只罰了 y = 1 的標籤。y = 0 卻猜 1，也要付錢。", "`C` charges for labels with y = 1 alone. To say 1 where y = 0 must cost something too."),
    softmax=("你用了 softmax：它逼 K 個標籤的機率加起來等於 1，可是照片裡可以有好幾樣，也可以都沒有。", "You used softmax: it makes the K probabilities add up to 1, but a photo may have several labels, or none."),
    sign=("正負號反了：損失不會是負的；猜太高的標籤，δ 是正的。", "The sign is wrong: a loss is never negative, and a label guessed too high has a positive δ."),
    overflow=("平常的 z 都對，z = ±1000 的成本就壞了。別繞道 ŷ，也別截掉，直接從 z 算。", "Right for ordinary z, but the cost breaks at z = ±1000. Make no detour through ŷ and cut nothing off: compute from z."),
    slope=("`D` 多乘了 σ′(z)：配對的一對，它已經約掉了。", "`D` has σ′(z) in it: in a matched pair it has canceled."),
    at_z=("`D` 裡的 ŷ 是 σ(z)，不是 z。", "In `D`, ŷ is σ(z) and not z."),
    per_label=("`C` 還是一個標籤一個值，或一筆一個值。成本是一個數。", "`C` still has a value for each label or each sample. The cost is one number."),
)  # fmt: skip
def q8(six_tasks: str, several_labels: Function, rng: Generator) -> Marks:
    codes = ("number", "digit", "labels", "leave", "yes_no", "typos")
    for count in choose_each(six_tasks, "AFECDB", "ABCDEF", codes):
        yield count / 2
    yield 3
    N, K = map(int, rng.permutation([3, 4, 5])[:2])
    Z, Y = rng.normal(size=(N, K)), rng.integers(0, 2, (N, K)).astype(float)
    Y[0], Y[1] = np.arange(K) < 2, np.arange(K) > 0  # some sample has two labels, whatever comes

    def cost(Z: FloatArray) -> float:
        chances = [1 / (1 + np.exp(-z)) for z in Z.flat]
        pairs = zip(chances, Y.flat, strict=True)
        return float(sum(-np.log(p if y else 1 - p) for p, y in pairs) / N)

    C, D = several(several_labels(Z, Y), 2)
    want, slope, a = cost(Z), central_difference(cost, Z), logistic(Z)
    if np.size(C) > 1:
        raise Mistake("per_label")
    expect(
        C,
        want,
        no_mean=N * want,
        elements=want / K,
        only_yes=-np.sum(Y * np.log(a)) / N,
        softmax=-np.sum(Y * np.log(softmax(Z))) / N,
        sign=-want,
    )
    big = np.array([[1000.0, -1000.0], [1000.0, -1000.0]])
    C_big, D_big = several(several_labels(big, np.array([[1.0, 1.0], [0.0, 0.0]])), 2)
    if not agree(C_big, 1000.0):
        raise Mistake("overflow")
    yield 4
    expect(
        D,
        slope,
        no_mean=N * slope,
        elements=slope / K,
        softmax=(softmax(Z) - Y) / N,
        sign=-slope,
        slope=slope * a * (1 - a),
        at_z=(Z - Y) / N,
    )
    expect(D_big, [[0, -0.5], [0.5, 0]])
    no_loop(several_labels, (Z, Y), (np.tile(Z, (8, 1)), np.tile(Y, (8, 1))))


@check.question(
    points=4,
    hints=[
        ("先數四格：說有病且有病 TP，說有病卻沒病 FP，漏掉的 FN，其餘 TN。例如 TP 是 `np.sum(says * ill)`。", "Count four cells first: called ill and ill, TP; called ill but healthy, FP; missed, FN; the rest, TN. TP, say, is `np.sum(says * ill)`."),
        ("分母是 0 的時候，TP 一定也是 0。把分母墊成 1 就好：`max(…, 1)`。", "Where a denominator is 0, TP is 0 too. Raise the denominator to 1: `max(…, 1)`."),
    ],
    found=("`accuracy_test`：這是召回率，只看了 20 個病人。", "`accuracy_test`: that is the recall, which looks at the 20 patients alone."),
    called=("`accuracy_test`：這是精確率，只看了說有病的 60 人。", "`accuracy_test`: that is the precision, which looks at the 60 who were called ill."),
    nobody_right=("`accuracy_test`：這是「全部說沒病」的準確率。題目問的是檢驗。", "`accuracy_test`: that is the accuracy of calling everybody healthy. The question is about the test."),
    no_missed=("`accuracy_test`：誤報扣了，漏掉的病人還沒扣。", "`accuracy_test`: the false alarms are counted as wrong, but not the patients missed."),
    swapped=("精確率和召回率對調了：精確率的分母是說有病的人，召回率的分母是真有病的人。", "Precision and recall are swapped: precision divides by those called ill, recall by those who are."),
    accuracy=("這是準確率，沒病的人占大多數，答對他們太容易了。", "That is the accuracy. Most people are healthy, and to be right about them is too easy."),
    healthy=("你數的是 0 那一類。精確率和召回率看的是有病的人，1。", "You counted class 0. Precision and recall are about those who are ill, class 1."),
    predicted_all=("分母是全部的人了。精確率只問說有病的人，召回率只問真有病的人。", "The denominator is everybody. Precision asks only about those called ill, recall only about those who are."),
    arithmetic=("F1 是調和平均，不是算術平均：有一個低，它就低。", "F1 is the harmonic mean, not the arithmetic one: if either is low, it is low."),
    no_two=("F1 小了一半：前面還有 2。", "F1 is half of what it should be: there is a 2 in front."),
    product=("這是兩者相乘，還要再除以它們的和、乘以 2。", "That is their product; divide it by their sum and multiply by 2."),
    nobody=("平常都對，可是沒人說有病、或沒人有病的時候，你的函式就不對了。分母是 0 的，就算 0。", "Right in general, but not with nobody called ill, or nobody ill. Where a denominator is 0, the result is 0."),
    B=("門檻放低，多說了許多人有病，裡面健康的可能更多，精確率就會下降。", "With a lower threshold more people are called ill. If most of those are healthy, precision falls."),
    C=("多了誤報，準確率就可能下降。", "With more false alarms the accuracy may fall."),
    D=("AUC 不看門檻，只看分數的名次。", "The AUC does not look at the threshold, only at the ranks of the scores."),
)  # fmt: skip
def q9(accuracy_test: float, report_card: Function, lower: str, rng: Generator) -> Marks:
    people, ill_people, called, right = 1000, 20, 60, 15
    wrong = (called - right) + (ill_people - right)
    expect_quietly(
        accuracy_test,
        1 - wrong / people,
        found=right / ill_people,
        called=right / called,
        nobody_right=1 - ill_people / people,
        no_missed=1 - (called - right) / people,
    )
    yield 1
    TP, FP, FN, TN = (int(rng.integers(low, low + 3)) for low in (4, 10, 4, 25))
    order = rng.permutation(TP + FP + FN + TN)
    says = np.repeat([1, 1, 0, 0], [TP, FP, FN, TN])[order]
    ill = np.repeat([1, 0, 1, 0], [TP, FP, FN, TN])[order]
    precision = sum(ill[says == 1]) / (TP + FP)
    recall = sum(says[ill == 1]) / (TP + FN)
    accuracy, everybody = np.mean(says == ill), len(ill)
    got = several(report_card(says, ill), 3)
    of_zero = {"precision": TN / (TN + FN), "recall": TN / (TN + FP)}
    expect(got[0], precision, swapped=recall, accuracy=accuracy, healthy=of_zero["precision"], predicted_all=TP / everybody)  # fmt: skip
    expect(got[1], recall, accuracy=accuracy, healthy=of_zero["recall"], predicted_all=TP / everybody)  # fmt: skip
    yield 2
    harmonic = 1 / np.mean([1 / precision, 1 / recall])
    expect(
        got[2],
        harmonic,
        arithmetic=(precision + recall) / 2,
        no_two=harmonic / 2,
        product=precision * recall,
    )
    none, one = np.zeros(3, int), np.array([0, 1, 0])
    for says, ill, want in ((none, one, 0.0), (none, none, 0.0), (one, one, 1.0)):
        try:
            got = several(report_card(says, ill), 3)
        except Mistake as mistake:
            raise Mistake("nobody") if mistake.code == "raised" else mistake from None
        if not agree(np.array(got, dtype=float), np.full(3, want)):
            raise Mistake("nobody")
    yield 3
    choose(lower, "A", "ABCD")


@check.question(
    points=4,
    hints=[
        ("`calibration_gap`：每一筆的信心是最大的機率，第 b 組裝信心在 (b/B, (b + 1)/B] 的。一組一組看：平均的信心，和真正答對的比例，差多少？", "`calibration_gap`: the confidence of a sample is its greatest probability, and group b holds those in (b/B, (b + 1)/B]. For each group: how far is the mean confidence from the share that is right?"),
        ("每組的差取絕對值，照那一組的筆數加權平均。空的組權重是 0，不用算。", "Take the absolute value of each group's difference, and average with the sizes of the groups for weights. An empty group has weight 0 and can be left out."),
        ("`best_temperature`：對每個 T 算 softmax(Z / T) 的平均交叉熵，傳回最低的那個 T。", "`best_temperature`: for each T compute the mean cross-entropy of softmax(Z / T), and return the T with the lowest."),
    ],
    signed=("`calibration_gap`：太有把握和太沒把握互相抵消了。分成 `bins` 組，每組先取絕對值。", "`calibration_gap`: too sure and too unsure cancel. Make `bins` groups, and take the absolute value of each first."),
    unweighted=("`calibration_gap`：每組一樣重了。一組有幾筆，就算幾票。", "`calibration_gap`: every group counts alike. A group has as many votes as it has samples."),
    each=("`calibration_gap`：一筆不是對就是錯，不會剛好對七成。先在組裡平均，再相減。", "`calibration_gap`: a single sample is right or wrong, never seven tenths right. Average in the group first, then subtract."),
    true_class=("`calibration_gap`：信心是最大的機率，網路並不知道哪一類才對。", "`calibration_gap`: the confidence is the greatest probability; the network does not know which class is right."),
    centers=("`calibration_gap`：組的信心是裡面的平均，不是區間的中點。", "`calibration_gap`: the confidence of a group is the mean of those in it, not the middle of its interval."),
    total=("`calibration_gap`：這是總和，還要除以筆數。", "`calibration_gap`: that is the sum; divide by the number of samples."),
    empty=("`calibration_gap`：有一組是空的，平均變成了 NaN。空的組跳過。", "`calibration_gap`: a group is empty, and its mean is NaN. Leave empty groups out."),
    times=("`best_temperature`：Z 要除以 T，不是乘。T 大於 1，機率要變平。", "`best_temperature`: divide Z by T, do not multiply. A T above 1 makes the probabilities flatter."),
    by_accuracy=("`best_temperature`：除以 T 不會改變哪一類最大，準確率都一樣，選不出來。", "`best_temperature`: dividing by T never changes which class is greatest, so all have the same accuracy, and it chooses nothing."),
    highest=("`best_temperature`：這是成本最高的。", "`best_temperature`: that is the one with the highest cost."),
    place=("`best_temperature`：這是第幾個。要傳回那個溫度。", "`best_temperature`: that is its place in the list. Return the temperature."),
)  # fmt: skip
def q10(calibration_gap: Function, best_temperature: Function, rng: Generator) -> Marks:
    K, bins, N = int(rng.integers(3, 6)), int(rng.integers(4, 8)), int(rng.integers(40, 60))
    values: list[float] = []
    while len({round(abs(value), 3) for value in values}) < 7:  # each mistake another number
        P = softmax(rng.normal(size=(N, K)) * rng.uniform(0.5, 4, (N, 1)))
        y = np.array([rng.choice(K, p=0.6 * p + 0.4 / K) for p in P])
        want, wrong = gaps(P, y, bins)
        values = [want, *wrong.values()]
    expect_gap(calibration_gap(P, y, bins), want, wrong)
    sure = softmax(5 * np.eye(K)[rng.integers(K, size=N)])  # all in one group, the others empty
    expect_gap(calibration_gap(sure, sure.argmax(axis=1), bins), 1 - sure.max(), {})
    yield 2
    T, chosen = rng.permutation(np.geomspace(0.2, 5, 9)), {0}
    while len(chosen) < 4:  # each mistake another temperature
        y = rng.integers(K, size=N)
        Z = (np.eye(K)[y] + rng.normal(size=(N, K))) * rng.uniform(0.5, 3)
        costs = np.array([cross_entropy(Z / t, y) for t in T])
        turned = np.array([cross_entropy(Z * t, y) for t in T])
        chosen = {0, int(costs.argmin()), int(costs.argmax()), int(turned.argmin())}
    expect(
        best_temperature(Z, y, T),
        T[costs.argmin()],
        times=T[turned.argmin()],
        by_accuracy=T[0],
        highest=T[costs.argmax()],
        place=costs.argmin(),
    )


@passing_over
def expect_gap(got: Any, want: float, wrong: dict[str, float]) -> None:
    if isinstance(got, np.ndarray) and got.size == 1:
        if not np.isfinite(got).all():
            raise Mistake("empty")
        if "signed" in wrong:
            wrong["signed"] = float(np.copysign(wrong["signed"], got.item()))
    expect(got, want, **wrong)


def gaps(P: FloatArray, y: IntArray, bins: int) -> tuple[float, dict[str, float]]:
    """How far confidence is from accuracy, group by group, and what mistakes make of it."""
    sure, right = P.max(axis=1), (P.argmax(axis=1) == y).astype(float)
    groups = [(b / bins < sure) & (sure <= (b + 1) / bins) for b in range(bins)]
    full = [(b, each) for b, each in enumerate(groups) if each.any()]
    apart = np.array([right[each].mean() - sure[each].mean() for _, each in full])
    middle = np.array([right[each].mean() - (b + 0.5) / bins for b, each in full])
    share = np.array([each.mean() for _, each in full])
    true = P[np.arange(len(y)), y]
    wrong = {
        "signed": share @ apart,
        "unweighted": np.abs(apart).mean(),
        "each": np.abs(right - sure).mean(),
        "centers": share @ np.abs(middle),
        "total": len(y) * (share @ np.abs(apart)),
        "true_class": sum(
            abs((right[each] - true[each]).sum())
            for each in ((b / bins < true) & (true <= (b + 1) / bins) for b in range(bins))
        )
        / len(y),
    }
    return float(share @ np.abs(apart)), wrong
