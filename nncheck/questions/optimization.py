"""The questions of exercise 9, optimization."""

from itertools import combinations, product
from math import comb, factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from nncheck.answers import Function, Missing, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    agree,
    choose,
    expect,
    expect_number,
    lengths,
    several,
)
from nncheck.parts import NAMED, naming, number_of
from nnlib.checks import FloatArray

check = Exercise("exercises/09-optimization")

Parts = tuple[npt.ArrayLike, ...]

# What a mistake in one of several values says; some of them are one number.
OF_PART = {
    "value": NAMED["value"],
    "shape": ("`{name}` 應該是{form}，你的形狀是 {got}。", "`{name}` must be {form}, but has shape {got}."),
}  # fmt: skip


def expect_parts(got: Any, names: tuple[str, ...], want: Parts, **mistakes: Parts) -> None:
    """As `expect`, for a function that returns several values: a mistake may show in any of them."""
    parts = several(got, len(names))
    if not any(isinstance(each, Missing) for each in parts):
        for code, wrong in mistakes.items():
            if all(map(agree, parts, wrong)) and not all(map(agree, want, wrong)):
                raise Mistake(code)
    for name, part, right in zip(names, parts, want, strict=True):
        with naming(name):
            expect(part, right)


@check.question(
    points=3,
    hints=[
        ("Hessian 矩陣是 [[2a, b], [b, 2c]]。沿著特徵向量，一步乘上 1 − ηλ。", "The Hessian is [[2a, b], [b, 2c]]. Along an eigenvector, a step multiplies by 1 − ηλ."),
        ("每個方向都要 |1 − ηλ| < 1，最陡的那個先出事。最好的 η 讓兩端一樣大：1 − ηλ 最小的和最大的，只差正負號。", "Every direction needs |1 − ηλ| < 1, and the steepest is the first to fail. At the best η both ends are equal: 1 − ηλ for the least and for the greatest λ differ in sign alone."),
        ("`lucky_rate`：(1, −2) 是哪一個特徵值的特徵向量？乘上 1 − ηλ，要等於 0。", "`lucky_rate`: to which eigenvalue does the eigenvector (1, −2) belong? Then 1 − ηλ must be 0."),
    ],
    no_two=("`{name}`：大了一倍。a x² 的二階導數是 2a，不是 a。", "`{name}`: twice too large. The second derivative of a x² is 2a and not a."),
    no_cross=("`{name}`：少了 b。xy 那一項讓碗歪著，最陡的方向不在座標軸上。", "`{name}`: b is missing. The term in xy turns the bowl, and its steepest direction is not along an axis."),
    cross=("`{name}`：b 算重了。b xy 先對 x、再對 y 微分，是 b，不是 2b。", "`{name}`: b counts twice. The derivative of b xy by x and then by y is b and not 2b."),
    safe=("`{name}`：這個學習率在最陡的方向一步到底。再大一點會越過去，但還是越來越近；大到多少才不行？", "`{name}`: with this rate the steepest direction arrives in one step. A larger one oversteps and still comes closer; how large is too large?"),
    least=("`{name}`：這是最平的方向的極限，最陡的方向早就發散了。", "`{name}`: that is the limit of the flattest direction. The steepest has diverged long before."),
    total=("`{name}`：用了兩個特徵值的和。還能再大，看最大的那一個就好。", "`{name}`: that uses the sum of both eigenvalues. The rate may be larger; the greatest alone decides."),
    limit=("`{name}`：在這個極限上，最陡的方向來回跳，完全不縮小。", "`{name}`: at this limit the steepest direction jumps to and fro and does not shrink at all."),
    steep_only=("`{name}`：這只照顧最陡的方向。再大一點，最平的方向會快一些；要兩邊一樣快。", "`{name}`: that looks after the steepest direction alone. A larger rate makes the flattest faster; let both be equally fast."),
    half=("`{name}`：少了 2：1 − ηλ 的兩端要一正一負、一樣大。", "`{name}`: a 2 is missing. The two ends of 1 − ηλ must be equally large, one positive and one negative."),
    geometric=("`{name}`：不是幾何平均。把兩端 1 − ηλ 的大小畫成 η 的函數，看它們在哪裡相交。", "`{name}`: not the geometric mean. Draw the sizes of both 1 − ηλ over η, and see where they meet."),
    other_direction=("`lucky_rate`：這是另一個特徵值的。∇C 在 (1, −2) 是 (1, −2) 的幾倍？", "`lucky_rate`: that belongs to the other eigenvalue. How many times (1, −2) is ∇C at (1, −2)?"),
    no_luck=("`lucky_rate`：這個學習率是替整個碗挑的。題目只從一個點出發，別的方向可以不管。", "`lucky_rate`: that rate is chosen for the whole bowl. Here there is one start, and other directions do not matter."),
    to_and_fro=("`lucky_rate`：這個 η 會走到正對面，(−1, 2)。要停在中間。", "`lucky_rate`: this η lands on the opposite side, at (−1, 2). It should stop halfway."),
)  # fmt: skip
def q1(largest_rate: Function, best_rate: Function, lucky_rate: float, rng: Generator) -> Marks:
    a, c = rng.uniform(0.5, 4, size=2)
    b = 2 * np.sqrt(a * c) * rng.uniform(0.3, 0.9) * rng.choice([-1, 1])

    def cost(x: float, y: float) -> float:
        return float(a * x**2 + b * x * y + c * y**2)

    across = cost(1, 1) - cost(1, 0) - cost(0, 1)  # exact, for the cost is a quadratic
    H = np.array([[2 * cost(1, 0), across], [across, 2 * cost(0, 1)]])
    least, greatest = np.linalg.eigvalsh(H)
    crossed = np.linalg.eigvalsh(H + across * np.array([[0, 1], [1, 0]]))[1]
    with naming("largest_rate"):
        expect(
            largest_rate(a, b, c),
            2 / greatest,
            no_two=4 / greatest,
            no_cross=1 / max(a, c),
            cross=2 / crossed,
            safe=1 / greatest,
            least=2 / least,
            total=2 / (least + greatest),
        )
    yield 1
    rates = np.linspace(0, 2 / greatest, 200_001)
    slowest = np.maximum(np.abs(1 - rates * least), np.abs(1 - rates * greatest))
    with naming("best_rate"):
        expect(
            best_rate(a, b, c),
            rates[slowest.argmin()],  # by trying
            no_two=4 / (least + greatest),
            limit=2 / greatest,
            steep_only=1 / greatest,
            half=1 / (least + greatest),
            geometric=1 / np.sqrt(least * greatest),
        )
    yield 2
    expect_number(lucky_rate, 1 / 2, other_direction=1 / 12, no_luck=[1 / 7, 1 / 6], to_and_fro=1)


@check.question(
    points=4,
    hints=[
        ("一個訓練週期有 ⌈N / B⌉ 次迭代，最後一批可能不滿；下一個週期從頭開始一批，不接著補滿。", "An epoch has ⌈N / B⌉ iterations, the last of them perhaps on a smaller batch. The next epoch begins a batch anew and does not fill that one up."),
        ("第 t 次迭代前面已經有 t − 1 次。整除是第幾個週期，餘數是週期裡的第幾批，都從 0 數起。", "Before iteration t there were t − 1 others. Divide by the iterations of an epoch: the quotient is the epoch and the remainder the batch within it, both counted from 0."),
        ("`mean_cost`：每一批的平均先乘回它的筆數，加起來，再除以 N。", "`mean_cost`: multiply the mean of each batch by its number of samples, add up, divide by N."),
    ],
    floor=("`iterations`：不滿的那一批沒算到。樣本不能丟，它也是一次迭代。", "`iterations`: the incomplete batch is not counted. No sample is left out, and it is an iteration too."),
    across=("`iterations`：這是把所有週期的樣本接成一長串再切。每個週期都重新切，最後一批不滿就不滿。", "`iterations`: that cuts the samples of all epochs as one long row. Each epoch is cut anew, and its last batch is not filled up."),
    fraction=("`iterations`：迭代是整數次，最後一批不滿也算一次。", "`iterations`: iterations are whole; an incomplete batch counts as one."),
    one_epoch=("`iterations`：這是一個週期的次數，還要乘上週期數。", "`iterations`: that is for one epoch; multiply by the number of epochs."),
    off_by_one=("`place`：週期的最後一次迭代，算到下一個週期去了。前面有 t − 1 次，不是 t 次。", "`place`: the last iteration of an epoch is counted into the next. Before it there were t − 1, and not t."),
    through=("`place`：這是把樣本一路數過去：t 批就是 tB 筆。可是每個週期的最後一批不滿，用掉的沒有那麼多。", "`place`: that counts samples straight on, tB of them in t batches. But the last batch of each epoch is smaller, and fewer have been used."),
    from_zero=("`place`：週期要從 1 數起。", "`place`: count epochs from 1."),
    full=("`place`：最後一批沒有 B 筆，資料用完了。", "`place`: the last batch does not have B samples; the data have run out."),
    always_last=("`place`：餘數只是最後一批的筆數，前面的都有 B 筆。", "`place`: the remainder is the size of the last batch alone; those before have B."),
    empty=("`place`：N 剛好被 B 整除的時候，最後一批是滿的，不是 0 筆。", "`place`: where B divides N exactly, the last batch is full and does not have 0 samples."),
    unweighted=("`mean_cost`：每一批一樣重了。不滿的那一批筆數少，分量也要少。", "`mean_cost`: all batches weigh the same. The incomplete one has fewer samples and should weigh less."),
    full_last=("`mean_cost`：最後一批也當成 B 筆了。", "`mean_cost`: the last batch counts as B samples, too."),
    per_sample=("`mean_cost`：`costs` 已經是各批的平均，要先乘回筆數，才能除以 N。", "`mean_cost`: `costs` are means of the batches already. Multiply by their sizes before you divide by N."),
    **OF_PART,
)  # fmt: skip
def q2(iterations: Function, place: Function, mean_cost: Function, rng: Generator) -> Marks:
    B = int(rng.integers(6, 20))
    N = B * int(rng.integers(3, 8)) + int(rng.integers(1, B // 2))
    epochs = int(rng.integers(5, 9))
    for n in (N, N - N % B):
        K = len(range(0, n, B))
        with naming("iterations"):
            expect(
                iterations(n, B, epochs),
                epochs * K,
                floor=epochs * (n // B),
                across=np.ceil(n * epochs / B),
                fraction=n * epochs / B,
                one_epoch=K,
            )
    yield 1
    K = N // B + 1
    schedule = [(epoch, size) for epoch in range(1, 4) for size in [B] * (K - 1) + [N % B]]
    for t in (3 * K - 1, K, K + 1, 2 * K):
        epoch, size = schedule[t - 1]
        through = int(np.ceil(t * B / N))
        expect_parts(
            place(t, N, B),
            ("epoch", "size"),
            (epoch, size),
            off_by_one=(t // K + 1, size),
            from_zero=(epoch - 1, size),
            full=(epoch, B),
            always_last=(epoch, N % B),
            through=(through, size),
        )
    whole = N - N % B
    expect_parts(place(whole // B, whole, B), ("epoch", "size"), (1, B), empty=(1, 0))
    yield 3
    costs = rng.uniform(0.2, 3, size=K)
    each = np.repeat(costs, [B] * (K - 1) + [N % B])  # of every sample, as if all were alike
    with naming("mean_cost"):
        expect(
            mean_cost(costs, N, B),
            each.mean(),
            unweighted=costs.mean(),
            full_last=B * costs.sum() / N,
            per_sample=costs.sum() / N,
        )


@check.question(
    points=4,
    hints=[
        ("放回抽樣：B 個獨立的數平均，變異數是 σ² / B，σ² = (1/N) Σ (gₙ − ḡ)²，ḡ 是全部的平均。", "With replacement: the mean of B independent numbers has variance σ² / B, with σ² = (1/N) Σ (gₙ − ḡ)² and ḡ the mean of all."),
        ("不放回：抽過的不會再來，變異數還要乘上 (N − B) / (N − 1)。B = N 時就是 0。", "Without replacement what was drawn cannot come again, and the variance is multiplied by (N − B) / (N − 1). For B = N it is 0."),
        ("`batch_needed`：標準差和 1/√B 成正比。", "`batch_needed`: the standard deviation goes with 1/√B."),
    ],
    sample_variance=("`{name}`：σ² 除以 N − 1 了。這 N 個梯度就是全部，不是樣本，所以除以 N。", "`{name}`: σ² is divided by N − 1. These N gradients are all there are and not a sample, so divide by N."),
    root=("`{name}`：這是標準差，題目問變異數。", "`{name}`: that is the standard deviation; the question asks for the variance."),
    one_sample=("`{name}`：這是一筆的變異數。B 筆平均之後會變小。", "`{name}`: that is the variance for one sample. The mean of B of them varies less."),
    b_squared=("`{name}`：B 多除了一次：和的變異數是 B σ²，除以 B² 剩 σ² / B。", "`{name}`: B divides once too often. The sum has variance B σ², and divided by B² that leaves σ² / B."),
    summed=("`{name}`：這是和的變異數。小批次的梯度是平均。", "`{name}`: that is the variance of the sum. The gradient of a mini-batch is a mean."),
    with_replacement=("`{name}`：這是放回的。不放回的時候，B = N 就等於全部的平均，變異數要是 0。", "`{name}`: that is with replacement. Without it, B = N gives the mean of all, and the variance must be 0."),
    fraction=("`{name}`：很接近：1 − B/N 要配除以 N − 1 的變異數。配 σ² 的話是 (N − B) / (N − 1)，B = 1 時才會剛好是 σ²。", "`{name}`: very near. The factor 1 − B/N belongs to the variance with N − 1. With σ² it is (N − B) / (N − 1), so that B = 1 gives exactly σ²."),
    both=("`{name}`：N − 1 用了兩次：變異數裡一次，因子裡又一次。", "`{name}`: N − 1 is used twice, in the variance and again in the factor."),
    linear=("`batch_needed`：B 乘 3，變異數剩三分之一，標準差還沒有。", "`batch_needed`: three times B leaves a third of the variance, and not of the standard deviation."),
    too_little=("`batch_needed`：方向對，次方不對：標準差和 1/√B 成正比，B 要乘幾倍？", "`batch_needed`: the right way, but the wrong power. The standard deviation goes with 1/√B; how many times B does it take?"),
    fourth_power=("`batch_needed`：平方了兩次。標準差剩三分之一，變異數剩九分之一。", "`batch_needed`: squared twice. A third of the standard deviation is a ninth of the variance."),
)  # fmt: skip
def q3(
    variance_with: Function, variance_without: Function, batch_needed: float, rng: Generator
) -> Marks:
    N, B = int(rng.integers(5, 7)), int(rng.integers(2, 4))
    g = rng.normal(rng.uniform(-2, 2), rng.uniform(0.5, 2), size=N)
    sigma2 = float(np.mean((g - g.mean()) ** 2))
    drawn = float(np.var([np.mean(batch) for batch in product(g, repeat=B)]))  # all that can come
    with naming("variance_with"):
        expect(
            variance_with(g, B),
            drawn,
            sample_variance=g.var(ddof=1) / B,
            root=np.sqrt(drawn),
            one_sample=sigma2,
            b_squared=sigma2 / B**2,
            summed=B * sigma2,
        )
    yield 1.5
    dealt = float(np.var([np.mean(batch) for batch in combinations(g, B)]))
    with naming("variance_without"):
        expect(
            variance_without(g, B),
            dealt,
            with_replacement=drawn,
            fraction=drawn * (1 - B / N),
            both=g.var(ddof=1) / B * (N - B) / (N - 1),
            root=np.sqrt(dealt),
            one_sample=sigma2,
        )
        expect(variance_without(g, N), 0)
    yield 3
    expect_number(batch_needed, 288, linear=96, too_little=32 * 3**0.5, fourth_power=32 * 81)


def spectral_radius(lr: float, lam: float, mu: float) -> float:
    """How many times as large (θ, v) becomes in a step of momentum, in the long run; ∇C = lam θ."""
    step = np.array([[1 - lr * lam, -lr * mu], [lam, mu]])
    return float(np.abs(np.linalg.eigvals(step)).max())


@check.question(
    points=4,
    hints=[
        ("先更新 v，再用新的 v 更新 θ。學習率只乘在 θ 的那一步。", "First the new v, then θ with the new v. The learning rate stands in the step of θ alone."),
        ("Nesterov：v 一樣。θ 走的是 ∇C + μ v′，v′ 是新的 v。", "Nesterov: v is the same. θ goes along ∇C + μ v′ with v′ the new v."),
        ("`momentum_limit`：∇C = λθ。把一步寫成乘上 2×2 的矩陣，(θ, v) → (θ′, v′)。η 太大的時候，θ 一步換一次正負號：試試 θ′ = −θ、v′ = −v。", "`momentum_limit`: ∇C = λθ. Write a step as a 2×2 matrix that takes (θ, v) to (θ′, v′). Where η is too large, θ changes sign at each step: try θ′ = −θ, v′ = −v."),
    ],
    old_v=("`momentum_step`：θ 用了舊的 v。先更新 v，再走。", "`momentum_step`: θ moves by the old v. Update v first, then move."),
    averaged=("`momentum_step`：∇C 多乘了 1 − μ。那是 Adam 的平均；這裡的 v 是和。", "`momentum_step`: ∇C is multiplied by 1 − μ. Adam averages like that; here v is a sum."),
    rate_inside=("`momentum_step`：η 乘進 v 裡了。學習率不變時走的路一樣，可是 v 不是 PyTorch 的 v；η 一改，兩種就分開了。", "`momentum_step`: η is inside v. With a constant rate the path is the same, but this is not PyTorch's v, and once η changes the two part."),
    uphill=("`momentum_step`：正負號反了：這樣是上坡。", "`momentum_step`: the sign is wrong; that goes uphill."),
    no_friction=("`momentum_step`：舊的 v 沒有乘上 μ，會越滾越快。", "`momentum_step`: the old v is not multiplied by μ and would roll faster and faster."),
    not_used=("`momentum_step`：v 算對了，θ 卻還是照著 ∇C 走。", "`momentum_step`: v is right, and θ still moves by ∇C."),
    not_kept=("`momentum_step`：θ 對了，傳回的卻是舊的 v，下一步就忘了。", "`momentum_step`: θ is right, but the old v is returned; the next step would have forgotten."),
    no_look=("`nesterov_step`：這還是一般的動量。g + μ v 裡的 v 要用更新過的。", "`nesterov_step`: that is still plain momentum. In g + μ v it must be the updated v."),
    no_mu=("`nesterov_step`：v′ 前面少了 μ。", "`nesterov_step`: v′ lacks its μ."),
    no_gradient=("`nesterov_step`：θ 那一步少了 ∇C，只有 μ v′。", "`nesterov_step`: ∇C is missing in the step of θ; there is only μ v′."),
    wrong_v=("`nesterov_step`：θ 對了。傳回的 v 要和動量的一樣，不是往前看的那個方向。", "`nesterov_step`: θ is right. The v to return is that of momentum, and not the direction that looks ahead."),
    ignored=("`momentum_limit`：這是沒有動量的極限。過頭的時候，舊的速度是幫忙還是幫倒忙？", "`momentum_limit`: that is the limit without momentum. When a step goes too far, does the old velocity help or harm?"),
    terminal=("`momentum_limit`：梯度不變的時候，速度的確會加到 1/(1 − μ) 倍。可是快要發散的時候，梯度每一步換方向，舊的速度反而拉回來。", "`momentum_limit`: with a constant gradient the velocity does grow to 1/(1 − μ) times. But at the brink of diverging the gradient turns round at each step, and the old velocity pulls back."),
    upside_down=("`momentum_limit`：1 + μ 的位置反了。", "`momentum_limit`: 1 + μ is on the wrong side."),
    of_nesterov=("`momentum_limit`：這是 Nesterov 的極限，比動量的小。", "`momentum_limit`: that is the limit of Nesterov, which is lower than that of momentum."),
    **OF_PART,
)  # fmt: skip
def q4(
    momentum_step: Function, nesterov_step: Function, momentum_limit: Function, rng: Generator
) -> Marks:
    theta, v, g = rng.normal(size=(3, int(rng.integers(2, 6))))
    lr, mu = float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.55, 0.9))
    new = mu * v + g
    averaged, inside = mu * v + (1 - mu) * g, mu * v + lr * g
    names = "theta", "v"
    got = several(momentum_step(theta, v, g, lr, mu), 2)
    if momentum_step.missing is None and agree(got, (theta - inside, -inside)):
        raise Mistake("rate_inside")
    expect_parts(
        got,
        names,
        (theta - lr * new, new),
        old_v=(theta - lr * v, new),
        averaged=(theta - lr * averaged, averaged),
        rate_inside=(theta - inside, inside),
        uphill=(theta + lr * new, new),
        no_friction=(theta - lr * (v + g), v + g),
        not_used=(theta - lr * g, new),
        not_kept=(theta - lr * new, v),
    )
    yield 1
    ahead = g + mu * new
    expect_parts(
        nesterov_step(theta, v, g, lr, mu),
        names,
        (theta - lr * ahead, new),
        no_look=(theta - lr * new, new),
        no_mu=(theta - lr * (g + new), new),
        no_gradient=(theta - lr * mu * new, new),
        wrong_v=(theta - lr * ahead, ahead),
    )
    yield 2
    lam = float(rng.uniform(0.5, 8))
    low, high = 0.0, 10 / lam
    for _ in range(60):  # the largest rate that does not diverge, by bisection
        middle = (low + high) / 2
        low, high = (middle, high) if spectral_radius(middle, lam, mu) < 1 else (low, middle)
    with naming("momentum_limit"):
        expect(
            momentum_limit(lam, mu),
            low,
            ignored=2 / lam,
            terminal=2 * (1 - mu) / lam,
            upside_down=2 / (1 + mu) / lam,
            of_nesterov=2 * (1 + mu) / (1 + 2 * mu) / lam,
        )


def is_nan_at_first(got: Any) -> bool:
    """Whether the first row is NaN or infinite, and no other is: divided by 1 − β⁰."""
    if not isinstance(got, np.ndarray) or got.ndim != 2 or got.dtype.kind != "f":
        return False
    is_finite = np.isfinite(got)
    return not is_finite[:1].any() and bool(is_finite[1:].all())


@check.question(
    points=4,
    hints=[
        ("m 和 s 從 0 開始。每一步：m ← β₁m + (1 − β₁)g，s ← β₂s + (1 − β₂)g²，再各自除以 1 − βᵗ，t 從 1 數起。", "m and s begin at 0. At each step m ← β₁m + (1 − β₁)g and s ← β₂s + (1 − β₂)g²; then divide each by its 1 − βᵗ, with t counted from 1."),
        ("除過的 m̂、ŝ 只拿來走這一步，留到下一步的是沒有除過的 m 和 s。一步是 −η m̂ / (√ŝ + ε)。", "The corrected m̂ and ŝ serve this one step; what is kept for the next is m and s as they were. A step is −η m̂ / (√ŝ + ε)."),
        ("成本乘上 100，梯度也乘上 100：SGD 的一步變成幾倍？m̂ / √ŝ 呢？", "If the cost is multiplied by 100, so is the gradient. How many times as long is a step of SGD then? And what becomes of m̂ / √ŝ?"),
    ],
    no_correction=("`adam_steps`：沒有修正偏差。m 和 s 從 0 開始，前幾步都太小，要除以 1 − βᵗ。", "`adam_steps`: no bias correction. m and s begin at 0 and are too small at first; divide by 1 − βᵗ."),
    late=("`adam_steps`：第一步除以 0 了：t 從 1 數起，不是從 0。", "`adam_steps`: the first step divides by 0. Count t from 1, and not from 0."),
    early=("`adam_steps`：t 多數了一：第一步的 t 是 1。", "`adam_steps`: t is one too many. In the first step t is 1."),
    mean_only=("`adam_steps`：只修正了 m，s 也要。", "`adam_steps`: only m is corrected; s needs it too."),
    square_only=("`adam_steps`：只修正了 s，m 也要。", "`adam_steps`: only s is corrected; m needs it too."),
    overwritten=("`adam_steps`：修正過的 m̂、ŝ 存回去，下一步又修正一次。留下來的要是沒有除過的。", "`adam_steps`: the corrected m̂ and ŝ are kept, and corrected again at the next step. Keep those that were not divided."),
    eps_inside=("`adam_steps`：ε 放進根號裡了。先開根號，再加 ε。", "`adam_steps`: ε is under the root. Take the root first, then add ε."),
    squared_mean=("`adam_steps`：m 平均到 g² 了。m 平均的是 g，有正有負。", "`adam_steps`: m averages g². It should average g, with its signs."),
    no_root=("`adam_steps`：除的是 ŝ，少了平方根。", "`adam_steps`: that divides by ŝ: the root is missing."),
    exchanged=("`adam_steps`：β₁ 和 β₂ 對調了：β₁ 是 m 的，β₂ 是 s 的。", "`adam_steps`: β₁ and β₂ are exchanged. β₁ belongs to m and β₂ to s."),
    uphill=("`adam_steps`：正負號反了：這一步要加到 θ 上，所以是 −η…。", "`adam_steps`: the sign is wrong. A step is what is added to θ, so it is −η…."),
    one_memory=("`adam_steps`：所有參數共用一個 s。每個參數都要有自己的。", "`adam_steps`: all parameters share one s. Each needs its own."),
    sgd_same=("`sgd_rate`：梯度變成 100 倍，η 不動，一步就走了 100 倍遠。", "`sgd_rate`: the gradient is 100 times as large, and with the same η so is the step."),
    sgd_upward=("`sgd_rate`：方向反了：梯度變大，η 要變小。", "`sgd_rate`: the wrong way. As the gradient grows, η must shrink."),
    sgd_root=("`sgd_rate`：SGD 沒有平方根，一步正比於梯度。", "`sgd_rate`: there is no root in SGD; a step is proportional to the gradient."),
    adam_scaled=("`adam_rate`：Adam 的一步是 m̂ / √ŝ，分子和分母都變成 100 倍。", "`adam_rate`: a step of Adam is m̂ / √ŝ, and both are 100 times as large."),
    adam_root=("`adam_rate`：s 變成 100² 倍，開根號之後是 100 倍，和 m 一樣。", "`adam_rate`: s is 100² times as large, which makes 100 under the root, the same as m."),
)  # fmt: skip
def q5(adam_steps: Function, sgd_rate: float, adam_rate: float, rng: Generator) -> Marks:
    T, D = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    g = rng.uniform(0.3, 2, size=(T, D)) * rng.choice([-1, 1], size=(T, D))
    lr, eps = rng.uniform(0.01, 0.2, size=2)
    beta1, beta2 = rng.uniform(0.7, 0.85), rng.uniform(0.9, 0.97)
    t = np.arange(1, T + 1)[:, None]

    def sums(beta: float, x: FloatArray) -> FloatArray:
        """(1 − β) Σ βᵗ⁻ⁱ xᵢ for each t: what m or s is without a correction."""
        weights = np.tril((1 - beta) * beta ** (t - t.T))
        summed: FloatArray = weights @ x
        return summed

    def steps(mean: FloatArray, square: FloatArray) -> FloatArray:
        return np.array(-lr * mean / (np.sqrt(square) + eps))

    m, s = sums(beta1, g), sums(beta2, g**2)
    mean, square = m / (1 - beta1**t), s / (1 - beta2**t)
    got = adam_steps(g, lr, beta1, beta2, eps)
    if adam_steps.missing is None and is_nan_at_first(got):
        raise Mistake("late")
    kept_m, kept_s = np.zeros(D), np.zeros(D)
    overwritten = []
    for i in range(T):
        kept_m = (beta1 * kept_m + (1 - beta1) * g[i]) / (1 - beta1 ** (i + 1))
        kept_s = (beta2 * kept_s + (1 - beta2) * g[i] ** 2) / (1 - beta2 ** (i + 1))
        overwritten.append(steps(kept_m, kept_s))
    right = steps(mean, square)
    expect(
        got,
        right,
        no_correction=steps(m, s),
        early=steps(m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1))),
        mean_only=steps(mean, s),
        square_only=steps(m, square),
        overwritten=overwritten,
        eps_inside=-lr * mean / np.sqrt(square + eps),
        squared_mean=steps(sums(beta1, g**2) / (1 - beta1**t), square),
        no_root=-lr * mean / (square + eps),
        exchanged=steps(sums(beta2, g) / (1 - beta2**t), sums(beta1, g**2) / (1 - beta1**t)),
        uphill=-right,
        one_memory=steps(mean, square.mean(axis=1, keepdims=True)),
    )
    yield 3
    expect_number(sgd_rate, 0.001, sgd_same=0.1, sgd_upward=10, sgd_root=0.01)
    yield 3.5
    expect_number(adam_rate, 0.002, adam_scaled=[0.00002, 0.2], adam_root=[0.0002, 0.02])


@check.question(
    points=4,
    hints=[
        ("第一步，m̂ = g、ŝ = g²，所以 Adam 走的是 η g / (|g| + ε)。", "In the first step m̂ = g and ŝ = g², so Adam moves by η g / (|g| + ε)."),
        ("`l2_step`：g 先換成 g + λw，後面每一處都用新的 g。`decoupled_step`：g 不動，w 另外乘上 1 − ηλ。", "`l2_step`: first replace g by g + λw, and use the new g wherever g stands. `decoupled_step`: leave g alone, and multiply w by 1 − ηλ apart from it."),
        ("λw 在 Adam 裡和梯度一起除以 √ŝ，√ŝ 差不多是梯度的大小。", "Within Adam λw is divided by √ŝ together with the gradient, and √ŝ is about the size of the gradients."),
    ],
    exchanged=("`{name}`：兩種對調了。L2 的 λw 在梯度裡，解耦的 λw 在外面。", "`{name}`: the two are exchanged. With L2, λw is in the gradient; decoupled, it is outside."),
    plain_sgd=("`{name}`：這是 SGD。Adam 還要除以 |g| + ε。", "`{name}`: that is SGD. Adam divides by |g| + ε as well."),
    doubled=("`{name}`：λw 多乘了 2：(λ/2)‖w‖² 的梯度是 λw。", "`{name}`: λw is doubled. The gradient of (λ/2)‖w‖² is λw."),
    only_above=("`{name}`：只有分子加了 λw。ŝ 也是整個梯度的平方。", "`{name}`: λw is added in the numerator alone. ŝ is the square of the whole gradient, too."),
    grows=("`{name}`：正負號反了：這樣權重越來越大。", "`{name}`: the sign is wrong; that makes the weights grow."),
    no_rate=("`{name}`：少了 η：w 要縮成 1 − ηλ 倍，不是 1 − λ 倍。", "`{name}`: η is missing. The decay takes w to 1 − ηλ times itself, and not to 1 − λ times."),
    after=("`{name}`：順序不對：連這一步走的都一起縮了。只縮原來的 w。", "`{name}`: the order is wrong. It shrinks the step along with the weight; shrink the old w alone."),
    no_decay=("`{name}`：還沒有衰減。λ 用在哪裡？", "`{name}`: there is no decay yet. Where does λ come in?"),
    ratio_alike=("`ratio_l2`：λw 在梯度裡，會跟著除以 √ŝ。兩個權重的 √ŝ 不一樣大。", "`ratio_l2`: λw is in the gradient and is divided by √ŝ, which is not the same for both weights."),
    ratio_reversed=("`ratio_l2`：反了：梯度大的那個，除得多，衰減得少。", "`ratio_l2`: the other way round. Where the gradients are large, more is divided away, and less decays."),
    ratio_no_root=("`ratio_l2`：除的是 √ŝ，不是 ŝ。", "`ratio_l2`: what divides is √ŝ and not ŝ."),
    ratio_root=("`ratio_l2`：√ŝ 已經是梯度的大小，不必再開一次根號。", "`ratio_l2`: √ŝ is the size of the gradients already; take no further root."),
    still_scaled=("`ratio_decoupled`：解耦之後，衰減不經過 √ŝ。", "`ratio_decoupled`: once decoupled, the decay does not pass through √ŝ."),
)  # fmt: skip
def q6(
    l2_step: Function,
    decoupled_step: Function,
    ratio_l2: float,
    ratio_decoupled: float,
    rng: Generator,
) -> Marks:
    D = int(rng.integers(3, 7))
    w = rng.uniform(1, 3, size=D) * rng.choice([-1, 1], size=D)
    g = rng.uniform(0.3, 1, size=D) * rng.choice([-1, 1], size=D)
    lr, lam, eps = rng.uniform(0.1, 0.3), rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.5)

    def direction(g: FloatArray) -> FloatArray:
        """m̂ / (√ŝ + ε) of the first step, the long way."""
        mean, square = 0.1 * g / (1 - 0.9), 0.001 * g**2 / (1 - 0.999)
        return np.array(mean / (np.sqrt(square) + eps))

    l2 = w - lr * direction(g + lam * w)
    decoupled = w - lr * lam * w - lr * direction(g)
    sgd = w - lr * (g + lam * w)
    none = w - lr * direction(g)
    with naming("l2_step"):
        expect(
            l2_step(w, g, lr, lam, eps),
            l2,
            exchanged=decoupled,
            plain_sgd=sgd,
            doubled=w - lr * direction(g + 2 * lam * w),
            only_above=w - lr * (g + lam * w) / (np.abs(g) + eps),
            grows=w - lr * direction(g - lam * w),
            no_decay=none,
        )
    yield 1
    with naming("decoupled_step"):
        got = decoupled_step(w, g, lr, lam, eps)
        for outside in (none + lr * lam * w, none + lam * w):
            if decoupled_step.missing is None and agree(got, outside):
                raise Mistake("grows")
        expect(
            got,
            decoupled,
            exchanged=l2,
            plain_sgd=sgd,
            doubled=none - 2 * lr * lam * w,
            no_rate=none - lam * w,
            after=none * (1 - lr * lam),
            no_decay=none,
        )
    yield 2
    expect_number(
        ratio_l2,
        1000,
        4,
        ratio_alike=1,
        ratio_reversed=0.001,
        ratio_no_root=1e6,
        ratio_root=1000**0.5,
    )
    yield 3
    expect_number(ratio_decoupled, 1, still_scaled=[1000, 0.001])


@check.question(
    points=3,
    hints=[
        ("先看兩端：t = 1 是 peak / W，t = W 是 peak，t = T 是 low。", "Look at the ends first: t = 1 has peak / W, t = W has peak, t = T has low."),
        ("t > W 時，走過的比例是 p = (t − W) / (T − W)，從 0 到 1；學習率是 low + (peak − low)(1 + cos πp) / 2。", "For t > W the share of the way is p = (t − W) / (T − W), from 0 to 1, and the rate is low + (peak − low)(1 + cos πp) / 2."),
    ],
    zero_start=("第一次迭代的學習率是 0，白走一步。t 從 1 數起，第一次是 peak / W。", "The first iteration has rate 0 and is wasted. t is counted from 1, and the first has peak / W."),
    from_low=("暖身從 low 開始了。題目從 peak / W 開始，第 W 次到 peak。", "This warm-up begins at low. The question begins at peak / W and has peak at iteration W."),
    unshifted=("餘弦從 t = 0 就開始走了，所以暖身一結束，學習率就往下跳。要從 t = W 走起。", "The cosine has been running since t = 0, so that the rate leaps down where the warm-up ends. Let it begin at t = W."),
    too_long=("餘弦走不完：從 W 走到 T 只有 T − W 步。", "The cosine does not get to its end: from W to T there are T − W steps."),
    peak_twice=("peak 用了兩次：第 W 次已經是 peak，第 W + 1 次就要往下走。", "peak occurs twice: iteration W has it already, and W + 1 should be on the way down."),
    not_low=("差了一步：最後一次，t = T，還沒有到 low。", "One step short: the last iteration, t = T, does not reach low."),
    no_low=("沒有用到 low：這樣最後是 0。", "low is not used, so the end is 0."),
    low_added=("low 直接加上去了：開頭變成 peak + low。波的高度是 peak − low。", "low is just added, and the wave begins at peak + low. Its height is peak − low."),
    full_wave=("走了整個波，最後又回到 peak。半個波就好。", "That is a whole wave, and ends at peak again. Half of it is wanted."),
    no_one=("餘弦少了 1 +：走到一半，就低過 low，最後是負的。", "The 1 + before the cosine is missing: from halfway on the rate is below low, and in the end it is negative."),
    straight=("這是一條直線往下。題目要餘弦：開頭平，中間陡，最後又平。", "That falls in a straight line. A cosine is wanted: level at first, steep in the middle, and level again."),
    at=("t = {t} 不對：應該是 {want}，你的是 {got}（T = {T}，W = {W}，peak = {peak}，low = {low}）。", "Wrong at t = {t}: it must be {want}, but is {got} (T = {T}, W = {W}, peak = {peak}, low = {low})."),
)  # fmt: skip
def q7(rate: Function, rng: Generator) -> Marks:
    T, warm = int(rng.integers(12, 20)), int(rng.integers(3, 6))
    peak, low = float(rng.uniform(0.5, 2)), float(rng.uniform(0.05, 0.2))
    t = np.arange(1, T + 1)

    def half_wave(share: FloatArray) -> FloatArray:
        return np.array(low + (peak - low) * (1 + np.cos(np.pi * share)) / 2)

    for points, W in ((2, warm), (3, 0)):
        up, share = peak * t / max(W, 1), (t - W) / (T - W)
        cosine = np.cos(np.pi * share)
        fall = half_wave(share)
        curves = {  # the warm-up, and what follows it
            "zero_start": (up - peak / max(W, 1), fall),
            "from_low": (low + (peak - low) * t / max(W, 1), fall),
            "unshifted": (up, half_wave(t / T)),
            "too_long": (up, half_wave((t - W) / T)),
            "peak_twice": (up, half_wave((t - W - 1) / (T - W - 1))),
            "not_low": (up, half_wave((t - W - 1) / (T - W))),
            "no_low": (up, peak * (1 + cosine) / 2),
            "low_added": (up, low + peak * (1 + cosine) / 2),
            "full_wave": (up, half_wave(2 * share)),
            "no_one": (up, low + (peak - low) * cosine),
            "straight": (up, peak + (low - peak) * share),
        }
        rise = np.linspace(0, peak, W + 1)[1:]
        want = np.r_[rise, half_wave(np.linspace(0, 1, T - W + 1)[1:])]
        got = np.array([number_of(rate(int(each), T, W, peak, low)) for each in t])
        for code, (before, after) in curves.items():
            wrong = np.where(t <= W, before, after)
            if agree(got, wrong) and not agree(want, wrong):
                raise Mistake(code)
        off = ~np.isclose(got, want, rtol=1e-4, atol=1e-6)
        if off.any():
            first = int(off.argmax())
            said = {"want": want[first], "got": got[first], "peak": peak, "low": low}
            shown = {name: f"{value:.4g}" for name, value in said.items()}
            raise Mistake("at", t=first + 1, T=T, W=W, **shown)
        yield points


@check.question(
    points=5,
    hints=[
        ("隱藏單元 j 住在 W1 和 b1 的第 j 列（row），還有 W2 的第 j 行（column）。三處一起換位子，網路的函數就不變。", "Hidden unit j lives in row j of W1 and of b1, and in column j of W2. Let all three change places together, and the function stays the same."),
        ("tanh(−z) = −tanh z：一個單元進來的權重和偏置全部變號，出去的也變號，什麼都沒變。每個單元有兩種選擇。", "tanh(−z) = −tanh z: flip the sign of all that enters a unit, bias included, and of all that leaves it, and nothing changes. Each unit has two choices."),
        ("兩個單元的 W1 那一列、b1、W2 那一行都一樣，它們的梯度就一樣，永遠分不開。梯度是 δⱼ 乘上輸入，而 δⱼ 裡有 W2 的那一行。", "Two units alike in their row of W1, in b1 and in their column of W2 have equal gradients and never part. The gradient of a row is δⱼ times the input, and in δⱼ is the unit's column of W2."),
    ],
    no_columns=("`permuted`：W2 沒有跟著換：下一層還在舊的位子找它們。", "`permuted`: W2 has not followed; the next layer looks for the units in their old places."),
    no_bias=("`permuted`：偏置 b1 沒有跟著換。", "`permuted`: the biases b1 have not followed."),
    rows=("`permuted`：W2 換到列（row）去了：那是輸出單元。隱藏單元在 W2 的行（column）。", "`permuted`: in W2 the rows were permuted, which are the output units. Hidden units are its columns."),
    outputs=("`permuted`：b2 是輸出單元的，不能動。", "`permuted`: b2 belongs to the output units and must stay."),
    inputs=("`permuted`：W1 換到行（column）去了：那是輸入。隱藏單元在 W1 的列（row）。", "`permuted`: in W1 the columns were permuted, which are the inputs. Hidden units are its rows."),
    inverse=("`permuted`：函數沒有變，可是順序反著用了：新的第 j 個單元，要是舊的第 `order[j]` 個。", "`permuted`: the function is the same, but the order is used the other way. The new unit j must be the old unit `order[j]`."),
    no_signs=("`copies`：排列都數到了。tanh 是奇函數，還有別的改法。", "`copies`: all permutations are there. But tanh is odd, which allows more."),
    signs_only=("`copies`：這是變號的數目。單元還能換位子。", "`copies`: those are the changes of sign. The units can change places as well."),
    one_sign=("`copies`：不是全部一起變號而已：每個單元各自有兩種選擇。", "`copies`: not just all signs at once. Each unit has two choices of its own."),
    added=("`copies`：換位子和變號可以一起做，要相乘，不是相加。", "`copies`: permuting and changing signs can be combined, so multiply and do not add."),
    all_apart=("`tied`：那十個單元的梯度一樣，一步一步都一樣，分不開。", "`tied`: the gradients of those ten units are equal, step after step; nothing parts them."),
    ten_forgotten=("`tied`：分不開的那十個，合起來還是一種。", "`tied`: the ten that cannot part still count as one kind."),
    all_tied=("`tied`：只有那十個一樣，另外六個是隨機抽的，各不相同。", "`tied`: only those ten are alike. The other six were drawn at random, and all differ."),
    still_tied=("`freed`：輸出的權重不同，δⱼ 就不同，這十列第一步就分開了。", "`freed`: with different outgoing weights each δⱼ differs, and the ten rows part at the first step."),
    B=("`moved`：第一步是這樣，因為 δ 要經過 W2，而 W2 全是 0。可是走了一步，W2 就不是 0 了。", "`moved`: that is the first step, for δ passes through W2, which is all 0. But after that step W2 is not 0 any more."),
    C=("`moved`：那是 tanh。logistic 在 0 的輸出不是 0，W2 的梯度乘著它。", "`moved`: that is tanh. The logistic does not output 0 at 0, and the gradient of W2 has its output as a factor."),
    D=("`moved`：輸出一開始是各類一樣的機率；各類的樣本不一樣多，b2 就有梯度。", "`moved`: the outputs begin with equal probabilities. The classes are not equally frequent, so b2 has a gradient."),
    value=NAMED["value"],
)  # fmt: skip
def q8(
    permuted: Function, copies: Function, tied: float, freed: float, moved: str, rng: Generator
) -> Marks:
    M = int(rng.integers(4, 7))
    for D, K in ((M, M), lengths(rng, 2)):  # lengths all alike, so that no wrong order raises
        order = rng.permutation(M)
        while np.array_equal(np.argsort(order), order):
            order = rng.permutation(M)
        W1, b1 = rng.normal(size=(M, D)), rng.normal(size=M)
        W2, b2 = rng.normal(size=(K, M)), rng.normal(size=K)
        P = np.eye(M)[order]
        back = np.argsort(order)
        wrong: dict[str, Parts] = {
            "no_columns": (P @ W1, P @ b1, W2, b2),
            "no_bias": (P @ W1, b1, W2 @ P.T, b2),
            "inverse": (W1[back], b1[back], W2[:, back], b2),
        }
        if D == K == M:
            wrong |= {
                "rows": (P @ W1, P @ b1, P @ W2, b2),
                "outputs": (P @ W1, P @ b1, W2 @ P.T, P @ b2),
                "inputs": (W1 @ P.T, P @ b1, W2 @ P.T, b2),
            }
        expect_parts(
            permuted(W1, b1, W2, b2, order),
            ("W1", "b1", "W2", "b2"),
            (P @ W1, P @ b1, W2 @ P.T, b2),
            **wrong,
        )
    yield 2
    M = int(rng.integers(3, 8))
    with naming("copies"):
        expect(
            copies(M),
            factorial(M) * 2**M,
            no_signs=factorial(M),
            signs_only=2**M,
            one_sign=2 * factorial(M),
            added=factorial(M) + 2**M,
        )
    yield 3
    expect_number(tied, 7, all_apart=16, ten_forgotten=6, all_tied=1)
    yield 3.5
    expect_number(freed, 16, still_tied=[7, 6, 1])
    yield 4
    choose(moved, "A", "ABCD")


@check.question(
    points=4,
    hints=[
        ("`paired`：先逐個種子相減，d = a − b，再只看 d：平均，和 d 的標準差（除以 n − 1）除以 √n。", "`paired`: subtract seed by seed, d = a − b, and look at d alone: its mean, and its standard deviation (with n − 1) divided by √n."),
        ("`coin`：n 次丟到 k 個正面的機率是 C(n, k) / 2ⁿ（`math.comb`）。把所有「離一半至少一樣遠」的 k 加起來，兩邊都算。", "`coin`: a fair coin shows k heads in n throws with probability C(n, k) / 2ⁿ (`math.comb`). Add up all k at least as far from one half, on both sides."),
    ],
    reversed=("`paired`：減反了：a − b。", "`paired`: subtracted the wrong way; it is a − b."),
    unpaired=("`paired`：這是兩組互不相干的標準誤。同一個種子的兩次是一對，先相減，資料難易的起伏就消掉了。", "`paired`: that is the standard error for two unrelated groups. Two runs of one seed are a pair: subtract first, and what is easy or hard about a split cancels."),
    spread=("`paired`：這是差的標準差，還要除以 √n，才是平均的標準誤。", "`paired`: that is the standard deviation of the differences. Divide by √n for the standard error of their mean."),
    by_n=("`paired`：標準差除以 n 了，要除以 √n。", "`paired`: the standard deviation is divided by n; divide by √n."),
    biased=("`paired`：變異數除以 n 了。平均也是從這些差算出來的，要除以 n − 1（`ddof=1`）。", "`paired`: the variance is divided by n. The mean came from the same differences, so use n − 1 (`ddof=1`)."),
    one_sided=("`coin`：只算了一邊。輸這麼多也會讓你說「有差」，所以兩邊都算。", "`coin`: that is one side. Losing as often would have made you say that they differ too, so count both."),
    only_that=("`coin`：這是剛好這麼多次的機率。更偏的也要加進去。", "`coin`: that is the probability of exactly this. Add what is still more lopsided."),
    beyond=("`coin`：少了剛好一樣偏的：要「至少」一樣遠。", "`coin`: what is exactly as lopsided is missing; it should be at least as far."),
    above_one=("`coin`：剛好一半的時候超過 1 了：中間那一個算了兩次。", "`coin`: with exactly one half it exceeds 1: the middle was counted twice."),
    losses=("`coin`：輸的次數多的時候不對：看的是離一半多遠，不管哪一邊。", "`coin`: wrong where losses prevail. What counts is the distance from one half, on either side."),
    **OF_PART,
)  # fmt: skip
def q9(paired: Function, coin: Function, rng: Generator) -> Marks:
    n = int(rng.integers(6, 12))
    level = rng.normal(scale=2, size=n)  # how hard the data of a seed are
    a, b = level + rng.normal(0.3, 0.5, size=(2, n))
    differences = [x - y for x, y in zip(a, b, strict=True)]
    mean = sum(differences) / n
    square = sum((d - mean) ** 2 for d in differences) / (n - 1)
    error = (square / n) ** 0.5
    expect_parts(
        paired(a, b),
        ("mean", "error"),
        (mean, error),
        reversed=(-mean, error),
        unpaired=(mean, ((a.var(ddof=1) + b.var(ddof=1)) / n) ** 0.5),
        spread=(mean, square**0.5),
        by_n=(mean, square**0.5 / n),
        biased=(mean, error * ((n - 1) / n) ** 0.5),
    )
    yield 2
    half = int(rng.integers(4, 9))
    for n, wins in ((2 * half + 1, half + 3), (2 * half, half), (2 * half, 2)):
        chances = np.array([comb(n, k) / 2**n for k in range(n + 1)])
        far = np.abs(np.arange(n + 1) - n / 2)
        upper = chances[wins:].sum()
        with naming("coin"):
            known = {
                "one_sided": upper,
                "only_that": chances[wins],
                "beyond": chances[far > far[wins]].sum(),
                "above_one": 2 * upper,
            }
            if wins < n / 2:
                known = {"losses": min(2 * upper, 1)}
            elif wins == n / 2:
                known = {"above_one": 2 * upper}
            expect(coin(wins, n), chances[far >= far[wins]].sum(), **known)
