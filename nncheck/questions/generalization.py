"""The questions of exercise 11, generalization."""

from itertools import product
from math import ceil
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
    no_loop,
    passing_over,
    several,
)
from nncheck.parts import array_of, naming
from nnlib.checks import FloatArray

check = Exercise("exercises/11-generalization")


@check.question(
    points=5,
    hints=[
        ("`three_parts`：`np.random.default_rng(seed).permutation(N)` 把編號洗一次牌，再切成三段；同一副牌切開，三份就不會重疊。", "`three_parts`: `np.random.default_rng(seed).permutation(N)` shuffles the numbers once; cut that into three. Pieces of one deck cannot overlap."),
        ("`standardize`：平均和標準差只從 `X[train]` 算，每個像素各一個（`axis=0`），再用到整個 `X` 上。標準差是 0 的，用 `np.where` 換成 1。", "`standardize`: take the mean and the standard deviation from `X[train]` alone, one for each pixel (`axis=0`), and apply them to all of `X`. Where the deviation is 0, `np.where` puts a 1."),
        ("`diaries`：每一則都問：測試資料，或者它的分身，在最後一次打分數之前用過沒有？", "`diaries`: ask of each whether the test data, or a copy of them, were used before they gave the final score."),
    ],
    outside=("`three_parts`：編號要從 0 到 N − 1，這裡有 {got}。", "`three_parts`: the numbers run from 0 to N − 1, but one of yours is {got}."),
    sizes=("`three_parts`：三份的大小應該是 {want}，你的是 {got}。", "`three_parts`: the parts must have the sizes {want}, but have {got}."),
    repeats=("`three_parts`：有的編號在同一份裡出現好幾次：要抽了不放回。", "`three_parts`: some numbers occur several times in one part: draw without putting back."),
    overlap=("`three_parts`：三份重疊了，有的樣本同時在兩份裡。洗一次牌，再切成三段。", "`three_parts`: the parts overlap: some samples are in two of them. Shuffle once, then cut."),
    in_order=("`three_parts`：沒有洗牌。資料常常照類別排好，照順序切，有的類別就學不到。", "`three_parts`: nothing was shuffled. Data often come sorted by class, and cut in that order, some classes are never learned."),
    unrepeatable=("`three_parts`：同一個 `seed` 呼叫兩次，分法卻不一樣。用 `np.random.default_rng(seed)`。", "`three_parts`: the same `seed` gave two different splits. Use `np.random.default_rng(seed)`."),
    same_always=("`three_parts`：換了 `seed`，分法還是一樣。", "`three_parts`: another `seed` gave the same split."),
    of_all=("`standardize`：平均和標準差是用全部資料算的，驗證和測試資料就洩漏了。只用 `train` 那些列（row）。", "`standardize`: mean and standard deviation are those of all data, so the validation and test data leak in. Use the rows in `train` alone."),
    each_own=("`standardize`：其餘的資料用了自己的平均和標準差。全部都要用訓練資料的：新來的一筆，沒有自己的平均。", "`standardize`: the other rows were given their own mean and deviation. Those of the training data are for all: a single new sample has no mean of its own."),
    one_for_all=("`standardize`：所有像素用了同一個平均。每個像素（column）要有自己的。", "`standardize`: one mean was used for all pixels. Each pixel (column) has its own."),
    variance=("`standardize`：除以變異數了，要除以標準差。", "`standardize`: that divides by the variance; divide by the standard deviation."),
    not_centered=("`standardize`：沒有減平均。", "`standardize`: the mean was not subtracted."),
    not_scaled=("`standardize`：沒有除以標準差。", "`standardize`: it was not divided by the standard deviation."),
    constant=("`standardize`：有一個像素在訓練資料裡都一樣，標準差是 0，一除就是 NaN 或無限大。這時請除以 1。", "`standardize`: one pixel is the same in all training data, with deviation 0; dividing by it gives NaN or infinity. Divide by 1 there."),
    tiny=("`standardize`：加一個很小的數，訓練資料看不出來；可是那個像素在別的資料裡一動，就成了天文數字。標準差是 0 時請除以 1。", "`standardize`: with a tiny number added, the training data look fine; but where that pixel moves in other data, the result is enormous. Divide by 1 where the deviation is 0."),
    length=("要四個字母，依序對應四則日記，只用 A、B、C、D，例如 \"ABCD\"。", "Give four letters, for the four diaries in order, of A to D alone, such as \"ABCD\"."),
    copies=("第 1 則：同一張影像的五份複本，洗牌以後會分到哪裡？", "Diary 1: after the shuffle, where do the five copies of one image end up?"),
    statistics=("第 2 則：平均影像裡，有沒有測試的影像？", "Diary 2: are the test images part of that mean image?"),
    by_test=("第 3 則：二十個裡挑最高的，這個「最高」是誰說的？", "Diary 3: the best of twenty was taken; which data said that it is the best?"),
    clean=("第 4 則：測試資料最後才出現，只用一次。不是每一則都有洩漏。", "Diary 4: the test data come in at the end, once. Not every diary has a leak."),
)  # fmt: skip
def q1(three_parts: Function, standardize: Function, diaries: str, rng: Generator) -> Marks:
    N, n_validation, n_test = (int(n) for n in rng.permutation(np.arange(20, 30))[:3])
    N += 60
    seed = int(rng.integers(1000))

    def split(seed: int) -> tuple[Any, ...]:
        return several(three_parts(N, n_validation, n_test, seed), 3)

    sizes = (N - n_validation - n_test, n_validation, n_test)
    train, validation, test = split(seed)
    expect_parts(train, validation, test, sizes, split(seed), split(seed + 1))
    yield 1

    train = rng.permutation(N)[: sizes[0]]
    rest = np.setdiff1d(np.arange(N), train)
    D = int(rng.integers(3, 7))
    X = rng.normal(size=(N, D)) * rng.uniform(0.5, 3, D) + rng.normal(0, 3, D)
    X[rest] = 2 * X[rest] + 1

    def standardized(rows: FloatArray, like: FloatArray) -> FloatArray:
        return np.stack([(x - a.mean()) / a.std() for x, a in zip(rows.T, like.T, strict=True)], 1)

    want = standardized(X, X[train])
    each_own = want.copy()
    each_own[rest] = standardized(X[rest], X[rest])
    std = X[train].std(axis=0)
    expect(
        standardize(X, train),
        want,
        of_all=standardized(X, X),
        each_own=each_own,
        one_for_all=(X - X[train].mean()) / X[train].std(),
        variance=want / std,
        not_centered=X / std,
        not_scaled=want * std,
    )
    yield 2
    X[train, 0], want[:, 0] = 3.0, X[:, 0] - 3
    want[train, 0] = 0
    expect_constant(standardize(X, train), want)
    yield 3
    codes = ("copies", "statistics", "by_test", "clean")
    for count in choose_each(diaries, "CBDA", "ABCD", codes):
        yield 3 + count / 2


@passing_over
def expect_parts(
    train: Any,
    validation: Any,
    test: Any,
    sizes: tuple[int, ...],
    again: tuple[Any, ...],
    other: tuple[Any, ...],
) -> None:
    """Raise Mistake unless these are the numbers of all samples, shuffled, in parts of such sizes.

    `again` are the parts for the same seed, `other` those for another.
    """
    parts = [array_of(part).ravel() for part in (train, validation, test)]
    lengths = tuple(map(len, parts))
    if lengths != sizes:
        raise Mistake("sizes", want=sizes, got=lengths)
    numbers = np.concatenate(parts)
    wrong = ~np.isin(numbers, np.arange(len(numbers)))
    if wrong.any():
        raise Mistake("outside", got=f"{numbers[wrong][0]:g}")
    if any(len(np.unique(part)) < len(part) for part in parts):
        raise Mistake("repeats")
    if len(np.unique(numbers)) < len(numbers):
        raise Mistake("overlap")
    if any(np.ptp(part) == len(part) - 1 for part in parts):
        raise Mistake("in_order")
    if not all(map(agree, again, parts)):
        raise Mistake("unrepeatable")
    if all(map(agree, other, parts)):
        raise Mistake("same_always")


@passing_over
def expect_constant(got: Any, want: FloatArray) -> None:
    """As `expect`, where the first column is the same number in all training data."""
    array = np.asarray(got)
    if array.shape == want.shape and array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise Mistake("constant")
        if np.abs(array[:, 0]).max() > 1000:
            raise Mistake("tiny")
    expect(got, want)


@check.question(
    points=3,
    hints=[
        ("在 log 的刻度上走 u 那麼遠：log(rate) = log(low) + u · (log(high) − log(low))。", "Go the distance u on the scale of logarithms: log(rate) = log(low) + u · (log(high) − log(low))."),
        ("每次都沒抽中的機會是 (1 − share)ⁿ。要它不超過 1 − confidence，取對數，再進位成整數。", "The chance of missing every time is (1 − share)ⁿ. It must be at most 1 − confidence; take logarithms and round up."),
        ("`linear_share` 是長度的比：0.01 以下的那一段，占 0.0001 到 1 的多少？`log_share` 數的是幾個十倍。", "`linear_share` is a ratio of lengths: how much of 0.0001 to 1 lies below 0.01? `log_share` counts factors of ten."),
    ],
    linear=("`log_uniform`：這樣在 low 到 high 之間是均勻的，小的學習率幾乎抽不到。要在指數上均勻。", "`log_uniform`: that is uniform between low and high, and hardly ever draws a small rate. It is the exponent that must be uniform."),
    exponents=("`log_uniform`：這是學習率的對數，還要換回學習率。", "`log_uniform`: those are the logarithms of the rates. Turn them back into rates."),
    wrong_base=("`log_uniform`：取對數和換回來的底不一樣：`np.log` 配 `np.exp`，`np.log10` 配 `10 **`。", "`log_uniform`: the logarithm and the power have different bases. `np.log` goes with `np.exp`, `np.log10` with `10 **`."),
    backward=("`log_uniform`：反了：u = 0 的時候要是 low，u = 1 是 high。", "`log_uniform`: it runs backward. At u = 0 it must be low, at u = 1 high."),
    rounded_down=("`trials`：這樣還差一點才到 `confidence`，要再多一次。", "`trials`: with so many, `confidence` is not quite reached. One more."),
    not_whole=("`trials`：算式對，題目要整數。", "`trials`: the formula is right; the question asks for a whole number."),
    on_average=("`trials`：抽 1/share 次，平均會中一次，可是也常常一次都沒中。", "`trials`: 1/share draws hit once on average, and often not at all."),
    added=("`trials`：機會不能一次一次加：一百次百分之一，不是百分之百。算「都沒中」的機會。", "`trials`: chances do not add up draw by draw; a hundred times one percent is not certainty. Compute the chance of missing every time."),
    from_zero=("`linear_share`：很接近了，不過範圍從 0.0001 開始，不是從 0。要三位數。", "`linear_share`: very near, but the range begins at 0.0001 and not at 0. Three digits are wanted."),
    exchanged=("`linear_share` 和 `log_share` 反了：一個是長度的比，一個數的是有幾個十倍。", "`linear_share` and `log_share` are exchanged: one is a ratio of lengths, the other counts factors of ten."),
    complement=("`linear_share`：這是 0.01 以上的那一份。", "`linear_share`: that is the share above 0.01."),
)  # fmt: skip
def q2(
    log_uniform: Function,
    trials: Function,
    linear_share: float,
    log_share: float,
    rng: Generator,
) -> Marks:
    low, high = 10 ** rng.uniform(-3, -2), 10 ** rng.uniform(0, 1)
    u = rng.uniform(0.1, 0.9, int(rng.integers(5, 9)))
    want = np.array([low * (high / low) ** each for each in u])
    got = log_uniform(u, low, high)
    for code, wrong in (("exponents", np.log(want)), ("wrong_base", np.exp(np.log10(want)))):
        unlike(code, got, wrong)
    expect(
        got,
        want,
        linear=low + u * (high - low),
        exponents=np.log10(want),
        wrong_base=10 ** np.log(want),
        backward=low * high / want,
    )
    yield 1
    exact = 0.0
    while not 0.1 < exact % 1 < 0.9:  # the confidence is never met exactly
        share, confidence = rng.uniform(0.02, 0.1), rng.uniform(0.75, 0.9)
        exact = float(np.log(1 - confidence) / np.log(1 - share))
    n, missed = 0, 1.0
    while missed > 1 - confidence:
        n, missed = n + 1, missed * (1 - share)
    expect(
        trials(share, confidence),
        n,
        rounded_down=n - 1,
        not_whole=exact,
        on_average=ceil(1 / share),
        added=ceil(confidence / share),
    )
    yield 2
    below, half = (0.01 - 0.0001) / (1 - 0.0001), 0.5
    expect_number(linear_share, below, from_zero=0.01, exchanged=half, complement=1 - below)
    yield 2.5
    expect_number(log_share, half, exchanged=[below, 0.01])


@passing_over
def unlike(code: str, got: Any, wrong: FloatArray) -> None:
    """Raise the Mistake of this code if these are its numbers."""
    if agree(got, wrong):
        raise Mistake(code)


def stopping(costs: FloatArray, patience: int, kind: str = "") -> tuple[int, int]:
    """The last epoch and the best one, counted from 1; or as a mistake of that kind has them."""
    best, waited = 0, 0
    for epoch in range(1, len(costs) + 1):
        before = costs[: epoch - 1].min(initial=np.inf)
        if kind == "against_last" and epoch > 1:
            before = costs[epoch - 2]
        cost = costs[epoch - 1]
        if cost < before or (kind == "ties" and cost == before):
            best, waited = epoch, waited if kind == "in_all" else 0
        else:
            waited += 1
        if waited >= patience:
            break
    if kind == "against_last":
        best = int(costs[:epoch].argmin()) + 1
    return epoch, best


@check.question(
    points=3,
    hints=[
        ("一路記著三件事：到目前為止最低的成本、它的週期、之後又過了幾個週期。", "Keep three things as you go: the lowest cost so far, its epoch, and how many epochs have passed since."),
        ("成本比最低的還低，就重新數起；不然，數到 `patience` 就停。週期從 1 數起：`enumerate(costs, 1)`。", "When a cost is below the lowest, the count starts anew; otherwise stop once it reaches `patience`. Epochs begin at 1: `enumerate(costs, 1)`."),
        ("`honest`：挑參數的時候，誰沒有參加？", "`honest`: which number had no part in choosing the parameters?"),
    ],
    from_zero=("從 0 數起了：第一個週期是 1。", "You count from 0; the first epoch is 1."),
    one_late=("多等了一個週期：最好的之後，第 `patience` 個沒有更低就停。", "One epoch too many: stop at number `patience` after the best, if none was lower."),
    one_early=("少等了一個週期：最好的那一個不算，從它後面數起。", "One epoch too few: the best one does not count; start after it."),
    ties=("一樣低也當成更低了。打平不算進步，照樣往下數。", "A cost equal to the lowest was taken for a lower one. A tie is no progress, and the count goes on."),
    against_last=("你和前一個週期比。要和到目前為止最低的比：降一點、漲一大截、再降一點，不算進步。", "You compare with the epoch before. Compare with the lowest so far: rising a lot and then falling a little is no progress."),
    in_all=("有了更低的成本，要從頭數起；你一路累積下去了。", "A lower cost starts the count anew; yours runs on."),
    keeps_last=("停的地方對了，`best` 不對：要回到成本最低的那個週期，不是最後一個。", "It stops at the right place, but `best` is wrong: go back to the epoch of the lowest cost, which is not the last."),
    runs_on=("`best` 偷看了停下來以後的週期。那時訓練已經結束，沒有這些成本。", "`best` looks at epochs after the stop. Training is over by then, and those costs do not exist."),
    never=("一直沒有等滿 `patience` 的話，`last` 就是最後一個週期。", "Where `patience` is never used up, `last` is the final epoch."),
    A=("`honest`：停的時候的參數，不是你留下來的那一組；而且驗證資料決定了何時停。", "`honest`: that is not the cost of the parameters you keep; and the validation data decided when to stop."),
    B=("`honest`：它是很多週期裡挑出來的最低，挑過的數字偏低。", "`honest`: it was picked as the lowest of many epochs, and a number that was picked is too low."),
    D=("`honest`：這是拿測試資料挑週期，測試就不算沒看過了。", "`honest`: that lets the test data choose the epoch, and then they are no longer unseen."),
)  # fmt: skip
def q3(stop_early: Function, honest: str, rng: Generator) -> Marks:
    for _ in range(2):
        costs, patience, known = stopping_case(rng)
        expect(several(stop_early(costs, patience), 2), stopping(costs, patience), **known)
    yield 1
    best = int(rng.integers(5, 8))
    costs = np.append(np.sort(rng.uniform(1, 2, best))[::-1], rng.uniform(2, 3, 2))
    expect(several(stop_early(costs, 4), 2), (best + 2, best), never=(best + 4, best))
    yield 2
    choose(honest, "C", "ABCD")


def stopping_case(rng: Generator) -> tuple[FloatArray, int, dict[str, tuple[int, int]]]:
    """Costs and a patience with which training stops, and each mistake says something else."""
    patience = int(rng.integers(2, 5))
    start = np.sort(rng.uniform(1.4, 1.9, int(rng.integers(3, 6))))[::-1]
    low = float(rng.uniform(0.8, 1.1))
    high = np.sort(rng.uniform(2, 3, 2 * patience + 2))
    before, one, after, rest = np.split(high, [patience - 1, patience + 1, 2 * patience])
    # one too few to stop; a lower cost; one more; the lowest; and then a fall that is only a tie
    costs = np.array([*start, *before, 1.2, one[0], low, one[1], low, *after, 1.95, 0.5, *rest])
    last, best = stopping(costs, patience)
    known = {
        "from_zero": (last - 1, best - 1),
        "one_late": stopping(costs, patience + 1),
        "one_early": stopping(costs, patience - 1),
        "ties": stopping(costs, patience, "ties"),
        "against_last": stopping(costs, patience, "against_last"),
        "in_all": stopping(costs, patience, "in_all"),
        "keeps_last": (last, last),
        "runs_on": (last, int(costs.argmin()) + 1),
    }
    return costs, patience, known


@check.question(
    points=4,
    hints=[
        ("(λ/2) Σ w² 對一個 w 的偏導數是 λw，½ 和平方的 2 對消。偏置不在和裡。", "The derivative of (λ/2) Σ w² by one w is λw: the ½ cancels the 2. No bias is in the sum."),
        ("Nielsen 的 (λ/2n) Σ w²，導數是 (λ/n) w。W − η(dW + (λ/n) W)，把 W 的兩項併起來，就是「權重衰減」。", "Nielsen's (λ/2n) Σ w² has the derivative (λ/n) w. In W − η(dW + (λ/n) W), join both terms in W and you see the weights decay."),
        ("`lam_here`：同一個衰減 λ/n，50,000 張的時候是 5/50,000。", "`lam_here`: the decay is λ/n, which for 50,000 images is 5/50,000."),
        ("`shrunk`：J 對 w 的導數 h(w − w*) + λw = 0，解出 w。", "`shrunk`: set the derivative of J, h(w − w*) + λw, to 0 and solve for w."),
    ],
    doubled=("`{name}`：多了 2：懲罰項前面的 ½，就是用來消掉平方的 2。", "`{name}`: a 2 too many; the ½ in front of the penalty is there to cancel it."),
    halved=("`{name}`：½ 留著沒有消掉：w² 的導數是 2w。", "`{name}`: the ½ is still there; the derivative of w² is 2w."),
    minus=("`{name}`：懲罰項的正負號反了，權重會越來越大。", "`{name}`: the penalty has the wrong sign, and the weights would grow."),
    biases=("`penalized`：偏置也受罰了。只罰權重。", "`penalized`: the biases are penalized as well. Only weights should be."),
    penalty_added=("`penalized`：加上的是懲罰項本身，一個數。要加的是它的導數，和 W 一樣大的陣列。", "`penalized`: what is added is the penalty itself, one number. Add its derivative, an array like W."),
    no_n=("`nielsen_step`：少了 1/n：Nielsen 的 λ 要除以樣本數。", "`nielsen_step`: the 1/n is missing; Nielsen's λ is divided by the number of samples."),
    no_eta=("`nielsen_step`：衰減也要乘上 η：懲罰項的梯度和其他的梯度走一樣的步子。", "`nielsen_step`: the decay is multiplied by η as well; the penalty's gradient takes the same step as the rest."),
    both_shrunk=("`nielsen_step`：連 η·dW 也縮小了。衰減的只有舊的 W。", "`nielsen_step`: η·dW is shrunk as well. Only the old W decays."),
    kept=("`lam_here`：λ 不變，λ/n 就變成 125 倍。", "`lam_here`: with λ unchanged, λ/n is 125 times as large."),
    upward=("`lam_here`：方向反了：樣本少，Nielsen 的 λ 也要小，λ/n 才不變。", "`lam_here`: the other way; with fewer samples Nielsen's λ must be smaller to leave λ/n as it is."),
    the_ratio=("`lam_here`：這是 λ/n，也就是這本書的 λ。題目要 Nielsen 的。", "`lam_here`: that is λ/n, the λ of this book. Asked for is Nielsen's."),
    alike=("`shrunk`：每個權重都縮一樣多了。成本陡的方向（h 大），縮得少。", "`shrunk`: all weights shrink alike. In a direction where the cost is steep (h large), they shrink less."),
    complement=("`shrunk`：這是 λ/(h + λ)，少掉的那一份。要留下來的。", "`shrunk`: λ/(h + λ) is the share that is lost. Asked for is what stays."),
    subtracted=("`shrunk`：這是減掉一樣的長度，L1 才這樣。L2 是乘上一個比例。", "`shrunk`: that takes away a length, as L1 does. L2 multiplies by a share."),
)  # fmt: skip
def q4(
    penalized: Function,
    nielsen_step: Function,
    lam_here: float,
    shrunk: Function,
    rng: Generator,
) -> Marks:
    M_out, M_in = (int(n) for n in rng.permutation(np.arange(2, 6))[:2])
    W, dW = rng.normal(size=(2, M_out, M_in))
    b, db = rng.normal(size=(2, M_out))
    lam, eta, n = rng.uniform(0.3, 0.8), rng.uniform(0.2, 0.6), int(rng.integers(3, 8))
    with naming("penalized"):
        got_W, got_b = several(penalized(dW, db, W, b, lam), 2)
        expect(
            got_W,
            np.array([[dW[j, k] + lam * W[j, k] for k in range(M_in)] for j in range(M_out)]),
            doubled=dW + 2 * lam * W,
            halved=dW + lam * W / 2,
            minus=dW - lam * W,
            penalty_added=dW + lam / 2 * np.sum(W**2),
        )
        expect(got_b, db, biases=db + lam * b)
    yield 1
    decay = eta * lam / n
    with naming("nielsen_step"):
        expect(
            nielsen_step(W, dW, eta, lam, n),
            W - eta * dW - decay * W,
            doubled=W - eta * dW - 2 * decay * W,
            halved=W - eta * dW - decay * W / 2,
            minus=W - eta * dW + decay * W,
            no_n=W - eta * dW - eta * lam * W,
            no_eta=W - eta * dW - lam / n * W,
            both_shrunk=(W - eta * dW) * (1 - decay),
        )
    yield 2
    expect_number(lam_here, 5 / 50_000 * 400, kept=5, upward=625, the_ratio=5 / 50_000)
    yield 3
    D = int(rng.integers(3, 7))
    w, h = rng.normal(size=D), rng.uniform(0.2, 3, D)
    with naming("shrunk"):
        expect(
            shrunk(w, h, lam),
            np.linalg.solve(np.diag(h) + lam * np.eye(D), h * w),
            doubled=h * w / (h + 2 * lam),
            alike=w / (1 + lam),
            complement=lam * w / (h + lam),
            subtracted=w - lam / h * np.sign(w),
        )


@check.question(
    points=3,
    hints=[
        ("分三種情形：w > 0 的時候，½(w − v)² + tw 的導數是 w − v + t；w < 0 的時候是 w − v − t；都不合的時候，最低點在 w = 0 的尖角上。", "Three cases: for w > 0 the derivative of ½(w − v)² + tw is w − v + t; for w < 0 it is w − v − t; where neither fits, the minimum is the corner at w = 0."),
        ("大小減掉 t，最多減到 0，正負號照舊：`np.sign`、`np.abs`、`np.maximum`。", "Take t off the size, down to 0 at most, and keep the sign: `np.sign`, `np.abs`, `np.maximum`."),
        ("L1 每步減掉 ηλ = 1/16，L2 每步乘上 1 − ηλ。", "L1 takes off ηλ = 1/16 each step, L2 multiplies by 1 − ηλ."),
    ],
    hard=("超過 t 的也要減掉 t，不是照原樣留下。", "Those beyond t lose t as well; they do not stay as they were."),
    overshoots=("小的 v 越過了 0，變了正負號。那裡最低點就是 0。", "A small v is carried past 0 and changes its sign. There the minimum is 0."),
    no_sign=("v > 0 對了，負的不對。大小減掉 t，正負號照舊。", "It is right for v > 0 and wrong for negative ones. Take t off the size and keep the sign."),
    size_only=("大小對了，正負號不見了。", "The sizes are right; the signs are lost."),
    ridge=("這是 L2 的答案，v/(1 + t)：按比例縮，到不了 0。", "That is the answer for L2, v/(1 + t): it shrinks by a share and never gets to 0."),
    doubled=("減了 2t：½(w − v)² 的導數是 w − v，沒有 2。", "That takes off 2t; the derivative of ½(w − v)² is w − v, without a 2."),
    one_early=("`l1_steps`：這時還沒到 0，還差一步。", "`l1_steps`: it is not at 0 yet. One more step."),
    too_long=("`l1_steps`：每步減掉的是 ηλ，不是 ηλ/2：|w| 的導數是 1，½ 只有 L2 才有。", "`l1_steps`: each step takes off ηλ, not ηλ/2. The derivative of |w| is 1; the ½ belongs to L2 alone."),
    by_lambda=("`l1_steps`：少了 η：每步減掉的是 ηλ。", "`l1_steps`: the η is missing; each step takes off ηλ."),
    straight=("`l2_left`：L2 每步減掉的，是剩下的十六分之一，不會剛好到 0。", "`l2_left`: each step takes off a sixteenth of what is left, and never arrives at 0."),
    half=("`l2_left`：每步乘上 1 − ηλ，不是 1 − ηλ/2。", "`l2_left`: each step multiplies by 1 − ηλ, not by 1 − ηλ/2."),
    one_step=("`l2_left`：這是一步以後的。走跟 L1 一樣多步。", "`l2_left`: that is after one step. Take as many as L1 did."),
)  # fmt: skip
def q5(soft_threshold: Function, l1_steps: float, l2_left: float, rng: Generator) -> Marks:
    t = float(rng.uniform(0.4, 0.8))
    v = np.append(rng.uniform(-t, t, 6), rng.uniform(1.2 * t, 3, 6) * [1, -1, 1, -1, 1, -1])
    rng.shuffle(v)
    expect(
        soft_threshold(v, t),
        v - np.clip(v, -t, t),
        hard=np.where(np.abs(v) > t, v, 0),
        overshoots=v - t * np.sign(v),
        no_sign=np.maximum(v - t, 0),
        size_only=np.maximum(np.abs(v) - t, 0),
        ridge=v / (1 + t),
        doubled=v - np.clip(v, -2 * t, 2 * t),
    )
    yield 1
    no_loop(soft_threshold, (v, t), (np.tile(v, 8), t))
    yield 2
    expect_number(l1_steps, 16, one_early=15, too_long=32, by_lambda=2)
    yield 2.5
    left = (1 - 1 / 16) ** 16
    expect_number(l2_left, left, 2, straight=0, half=(1 - 1 / 32) ** 16, one_step=1 - 1 / 16)


@check.question(
    points=4,
    hints=[
        ("`u < p` 的地方是 0，其餘除以 1 − p；`training` 是 False 的時候原樣傳回 `A`。", "Where `u < p` there is a 0, the rest is divided by 1 − p; where `training` is False, return `A` as it is."),
        ("dropout 是逐元素乘上一個給定的數，0 或 1/(1 − p)；往回走乘上同一個數。", "Dropout multiplies each value by a given number, 0 or 1/(1 − p). The way back multiplies by the same."),
        ("式 (11.3) 的 m 不是 0 就是 1，變異數是 p(1 − p)。一項 w m a/(1 − p) 的變異數，是 m 的變異數乘上 (w a/(1 − p))²。", "The m of Eq. (11.3) is 0 or 1 and has the variance p(1 − p). A term w m a/(1 − p) has that variance times (w a/(1 − p))²."),
    ],
    unscaled=("`{name}`：留下來的要除以 1 − p，不然期望值變小了。", "`{name}`: what is kept must be divided by 1 − p, or its expectation is too small."),
    by_p=("`{name}`：除以 p 了。留下來的機會是 1 − p，要除以它。", "`{name}`: that divides by p. What is kept had the chance 1 − p; divide by that."),
    scaled_down=("`{name}`：乘上 1 − p 了，越補越小。要用除的。", "`{name}`: that multiplies by 1 − p and makes it smaller still. Divide."),
    keeps_p=("`{name}`：丟掉和留下的反了：p 是丟掉的機會，u < p 的地方是 0。", "`{name}`: kept and dropped are exchanged. The chance p is that of dropping: 0 where u < p."),
    drops_in_evaluation=("`{name}`：評估的時候不丟，全部留下。", "`{name}`: nothing is dropped in evaluation."),
    scaled_in_evaluation=("`{name}`：評估的時候又縮放了一次。訓練時已經除過 1 − p，評估就什麼都不必做。", "`{name}`: evaluation scales once more. Training has divided by 1 − p already, which leaves nothing to do."),
    no_mask=("`dropout_gradient`：丟掉的單元對成本沒有影響，梯度是 0。", "`dropout_gradient`: a dropped unit has no effect on the cost, and its gradient is 0."),
    unscaled_noise=("`noise`：這是沒有除以 1 − p 的 dropout，p(1 − p)。除了以後，變異數還要除以 (1 − p)²。", "`noise`: p(1 − p) is for dropout that does not divide by 1 − p. Having divided, the variance is divided by (1 − p)² too."),
    second_moment=("`noise`：這是平方的期望值，還要減掉期望值的平方。", "`noise`: that is the expectation of the squares; subtract the square of the expectation."),
    not_squared=("`noise`：wa 要平方：乘上一個數，變異數就乘上它的平方。", "`noise`: wa must be squared; what is multiplied by a number has its variance multiplied by the square."),
    of_sum=("`noise`：先加總再平方了。每個單元各丟各的，是各項的變異數相加。", "`noise`: that adds up and then squares. Units are dropped independently, so it is variances that add."),
    upside_down=("`noise`：p 和 1 − p 反了：什麼都不丟（p = 0）的時候，雜訊要是 0。", "`noise`: p and 1 − p are exchanged. With nothing dropped (p = 0), there is no noise."),
    deviation=("`noise`：這是標準差，題目問變異數。", "`noise`: that is the standard deviation; the question asks for the variance."),
    A=("`why_below`：洩漏會讓驗證的準確率太高，但是測試資料上也量到了同樣的數字。", "`why_below`: a leak would make validation too high, but the test data gave the same number."),
    C=("`why_below`：過擬合是反過來：訓練的高，驗證的低。", "`why_below`: overfitting is the other way round, with training high and validation low."),
    D=("`why_below`：用同樣的參數、關掉 dropout 再量訓練資料，就有 99%，比驗證還高，所以網路夠大。", "`why_below`: with the same parameters and dropout off, the training data score 99%, above validation; so the network is large enough."),
)  # fmt: skip
def q6(
    dropout: Function,
    dropout_gradient: Function,
    noise: Function,
    why_below: str,
    rng: Generator,
) -> Marks:
    N, M = int(rng.integers(4, 7)), int(rng.integers(7, 10))
    p = float(rng.uniform(0.2, 0.4))
    A, D = rng.uniform(0.5, 2, (N, M)), rng.normal(size=(N, M))
    u = rng.uniform(size=(N, M))
    u[0, :2] = p / 2, (1 + p) / 2  # one is dropped, one is kept
    kept = np.where(u < p, 0.0, 1.0)
    with naming("dropout"):
        expect_dropout(dropout(A, p, u, True), dropout(A, p, u, False), A, kept, p)
    yield 1
    with naming("dropout_gradient"):
        got = dropout_gradient(D, p, u, True)
        unlike("no_mask", got, D / (1 - p))
        expect_dropout(got, dropout_gradient(D, p, u, False), D, kept, p)
    yield 2
    w, a = rng.normal(size=(2, int(rng.integers(3, 7))))
    outputs, chances = [], []
    for mask in product((0, 1), repeat=len(w)):
        outputs.append(w @ (a * mask) / (1 - p))
        chances.append(np.prod([1 - p if m else p for m in mask]))
    mean = np.dot(chances, outputs)
    variance = np.dot(chances, (np.array(outputs) - mean) ** 2)
    terms = (w * a) ** 2
    expect(
        noise(w, a, p),
        variance,
        unscaled_noise=p * (1 - p) * terms.sum(),
        second_moment=terms.sum() / (1 - p),
        not_squared=p / (1 - p) * (w @ a),
        of_sum=p / (1 - p) * (w @ a) ** 2,
        upside_down=(1 - p) / p * terms.sum(),
        deviation=np.sqrt(variance),
    )
    yield 3
    choose(why_below, "B", "ABCD")


def expect_dropout(
    in_training: Any, in_evaluation: Any, A: FloatArray, kept: FloatArray, p: float
) -> None:
    """Raise Mistake unless both are those of inverted dropout, the way there or back."""
    unlike("keeps_p", in_training, A * (1 - kept) / p)
    expect(
        in_training,
        kept * (A / (1 - p)),
        unscaled=A * kept,
        by_p=A * kept / p,
        scaled_down=A * kept * (1 - p),
        keeps_p=A * (1 - kept) / (1 - p),
    )
    unlike("scaled_in_evaluation", in_evaluation, A / (1 - p))
    expect(
        in_evaluation,
        A,
        drops_in_evaluation=A * kept / (1 - p),
        scaled_in_evaluation=A * (1 - p),
    )


@check.question(
    points=3,
    hints=[
        ("`eps_for`：印錯的機會是 q，對的那一類平均剩 1 − q。式 (11.4) 給它多少？", "`eps_for`: with a misprint of chance q, the right class keeps 1 − q on average. What does Eq. (11.4) give it?"),
        ("交叉熵最低的時候，softmax 的機率等於目標。兩個機率的比，是 e 的「logit 之差」次方。", "The cross-entropy is least where the probabilities of the softmax equal the targets. The ratio of two of them is e to the difference of their logits."),
        ("`least_cost`：把機率等於目標代進 −Σ y log ŷ；對的一類一項，別的 K − 1 項。", "`least_cost`: put probabilities equal to the targets into −Σ y log ŷ, with one term for the right class and K − 1 for the others."),
    ],
    as_misprinted=("`eps_for`：印錯的時候，一定換成別的類；ε 卻連對的那一類也分到一份。兩個不一樣大。", "`eps_for`: a misprint always names another class, while of ε the right class gets a share too. The two are not equal."),
    upside_down=("`eps_for`：K 和 K − 1 反了。ε 有一份又回到對的那一類，所以要比 q 大。", "`eps_for`: K and K − 1 are exchanged. A share of ε returns to the right class, so it must be larger than q."),
    one_class=("`eps_for`：這是別的一類分到的，q/(K − 1)。它等於 ε 的幾分之一？", "`eps_for`: that is what one other class gets, q/(K − 1). Which part of ε is it?"),
    others_only=("`{name}`：這是把 ε 平分給其他 K − 1 類。式 (11.4) 平分給全部 K 類，對的那一類也有一份。", "`{name}`: that shares ε among the other K − 1 classes. In Eq. (11.4) all K classes share it, the right one as well."),
    negative=("`gap`：正負號反了：對的一類的 logit 比較大。", "`gap`: the sign is wrong; the right class has the larger logit."),
    ratio=("`gap`：這是機率的比，還要取對數。", "`gap`: that is the ratio of the probabilities. Take its logarithm."),
    difference=("`gap`：這是機率的差。logit 的差，是機率的比取對數。", "`gap`: that is the difference of the probabilities. A difference of logits is the logarithm of their ratio."),
    right_class_only=("`least_cost`：其他 K − 1 類也有目標，那幾項也要算。", "`least_cost`: the other K − 1 classes have targets too, and their terms count."),
    one_other=("`least_cost`：其他類有 K − 1 個，這裡只算了一個。", "`least_cost`: there are K − 1 other classes, and this counts one."),
    zero=("`least_cost`：one-hot 才降得到 0。這裡機率等於目標的時候，交叉熵是目標的熵。", "`least_cost`: only with one-hot targets does it fall to 0. Here, at probabilities equal to the targets, it is the entropy of the targets."),
    bits=("`least_cost`：用了 log₂。要自然對數。", "`least_cost`: that is with log₂. Take the natural logarithm."),
    minus=("`least_cost`：正負號反了：交叉熵前面有一個負號。", "`least_cost`: the sign is wrong; cross-entropy has a minus in front."),
)  # fmt: skip
def q7(eps_for: Function, gap: Function, least_cost: Function, rng: Generator) -> Marks:
    K = int(rng.integers(4, 9))
    q, eps = rng.uniform(0.1, 0.3, 2)
    right, other = 1 - eps + eps / K, eps / K
    with naming("eps_for"):
        expect(
            eps_for(q, K),
            np.linalg.solve([[1 / K]], [q / (K - 1)])[0],
            as_misprinted=q,
            upside_down=q * (K - 1) / K,
            one_class=q / (K - 1),
        )
    yield 1
    with naming("gap"):
        expect(
            gap(K, eps),
            np.log(right) - np.log(other),
            others_only=np.log((1 - eps) / eps * (K - 1)),
            negative=np.log(other) - np.log(right),
            ratio=right / other,
            difference=right - other,
        )
    yield 2
    p = np.append(right, np.full(K - 1, other))
    entropy = -np.sum(p * np.log(p))
    with naming("least_cost"):
        expect(
            least_cost(K, eps),
            entropy,
            others_only=-(1 - eps) * np.log(1 - eps) - eps * np.log(eps / (K - 1)),
            right_class_only=-right * np.log(right),
            one_other=-right * np.log(right) - other * np.log(other),
            zero=0.0,
            bits=entropy / np.log(2),
            minus=-entropy,
        )


@check.question(
    points=4,
    hints=[
        ("`itertools.product((1, -1), repeat=len(d))` 列出所有的正負號；每一種乘上 d、加起來。", "`itertools.product((1, -1), repeat=len(d))` lists all signs; multiply each list by d and add up."),
        ("數一數，有幾種的和，絕對值至少和 d 自己的和一樣大；除以 2 的 R 次方。", "Count those whose sum has at least the absolute value that the sum of d has, and divide by 2 to the power R."),
        ("`fewest`：全部同號的時候，只有全正和全負兩種那麼極端，p = 2/2ᴿ。", "`fewest`: with all of one sign, only all plus and all minus are as extreme, so p = 2/2ᴿ."),
    ],
    one_sided=("`flip_p`：只算了一邊。事先不知道誰比較好，兩個方向都要算：比絕對值。", "`flip_p`: that is one direction. Which way is better was not known beforehand; compare absolute values."),
    negative=("`flip_p`：A 比較好的時候對了，B 比較好的時候不對。比絕對值。", "`flip_p`: it is right where A is better and wrong where B is. Compare absolute values."),
    beyond=("`flip_p`：少了剛好一樣大的：要「至少一樣大」，原來的那一種也算一種。", "`flip_p`: sums exactly as large are left out. It is \"at least as large\", and the signs as they are count as one of the ways."),
    signs_only=("`flip_p`：這裡只數了幾正幾負。差多少也要算：比的是和。", "`flip_p`: that counts how many are positive. How large they are matters too: compare sums."),
    doubled=("`flip_p`：加倍了兩次：取絕對值的時候，兩個方向已經都算了。", "`flip_p`: doubled once too often; with absolute values both directions are in already."),
    counted=("`flip_p`：這是幾種，還要除以 2 的 R 次方。", "`flip_p`: that is how many; divide by 2 to the power R."),
    complement=("`flip_p`：這是沒那麼極端的份。p 是至少那麼極端的。", "`flip_p`: that is the share of less extreme ones. The p is the share of those at least as extreme."),
    one_side_only=("`fewest`：只算了一邊。兩邊都算，五個種子還有 1/16。", "`fewest`: that counts one side. With both, five seeds still leave 1/16."),
    at_the_limit=("`fewest`：R 個種子最小的 p 是 2/2ᴿ，這裡還沒低過 0.05。", "`fewest`: the least p for R seeds is 2/2ᴿ, and here that is not yet below 0.05."),
    too_many=("`fewest`：再少一點也夠。全部同號的時候，p 是 2/2ᴿ。", "`fewest`: fewer will do. With all of one sign, p is 2/2ᴿ."),
    A=("`what_it_says`：p 不是「誰比較好」的機率。它先假設兩種做法沒有差別，再算和偏得這麼遠有多罕見。", "`what_it_says`: p is not the chance that one is better. It supposes that the two ways do not differ, and says how seldom the sum is then so large."),
    C=("`what_it_says`：p 說的不是差多少。差得很小，種子夠多，p 也會很小。要知道差多少，看平均和區間。", "`what_it_says`: p does not say how large the difference is. With enough seeds it is small for a tiny difference. How large is said by the mean and its interval."),
    D=("`what_it_says`：種子只換了訓練的運氣。別的資料、別的網路，這個檢定沒看過。", "`what_it_says`: the seeds varied the luck of training alone. Other data and other networks this test has not seen."),
)  # fmt: skip
def q8(flip_p: Function, fewest: float, what_it_says: str, rng: Generator) -> Marks:
    d, want, known = flip_case(rng)
    got = flip_p(d)
    expect(got, want, **known)
    yield 1
    expect_alike("negative", flip_p(-d), want)
    yield 2
    expect_number(fewest, 6, one_side_only=5, at_the_limit=[2, 3, 4], too_many=range(7, 31))
    yield 3
    choose(what_it_says, "B", "ABCD")


@passing_over
def expect_alike(code: str, got: Any, want: float) -> None:
    """Raise the Mistake of this code unless the numbers agree."""
    if not agree(got, want):
        raise Mistake(code)


def flip_case(rng: Generator) -> tuple[FloatArray, float, dict[str, float]]:
    """Differences with a sum above 0, their p, and what each mistake makes of them."""
    while True:
        d = rng.integers(-4, 13, int(rng.integers(6, 9))) / 8  # eighths add up exactly
        sums = np.zeros(1)
        for each in d:
            sums = np.concatenate([sums + each, sums - each])
        ups = np.array([bin(i).count("1") for i in range(len(sums))])
        more = max(np.sum(d > 0), np.sum(d < 0))
        p = float(np.mean(np.abs(sums) >= d.sum()))
        known = {
            "one_sided": np.mean(sums >= d.sum()),
            "beyond": np.mean(np.abs(sums) > d.sum()),
            "signs_only": np.mean(np.maximum(ups, len(d) - ups) >= more),
            "doubled": 2 * p,
            "counted": p * len(sums),
            "complement": 1 - p,
        }
        if d.sum() > 0 and np.all(d) and len({p, 2 * p, *known.values()}) == 1 + len(known):
            return d, p, known


@check.question(
    points=3,
    hints=[
        ("每一行（column）是一個種子：在 `V` 的那一行找最高的是第幾列，`V.argmax(axis=0)`。", "Each column is a seed: find the row of its best score in `V`, `V.argmax(axis=0)`."),
        ("再到 `T` 的同一格拿分數：`T[best, np.arange(R)]`。", "Then take the score at the same place of `T`: `T[best, np.arange(R)]`."),
        ("`inflation` 用挑中的那 R 格：驗證減測試，取平均。", "`inflation` uses those R places: validation less test, on average."),
    ],
    peeked=("`scores`：這是看測試的分數挑的。用驗證的分數挑。", "`scores`: those were chosen by the test. Choose by validation."),
    of_validation=("`scores`：挑對了，報的卻是驗證的分數。", "`scores`: rightly chosen, but those are the validation scores."),
    one_for_all=("`scores`：所有種子用了同一組設定。這裡每個種子重新調一次，各挑各的。", "`scores`: one setting serves all seeds. Here tuning is done anew with each seed, so each has its own."),
    by_setting=("`scores`：列和行弄反了：一列（row）是一組設定，一行（column）是一個種子，每個種子要一個分數。", "`scores`: rows and columns are exchanged. A row is a setting and a column a seed, and each seed must have one score."),
    ties=("`scores`：驗證打平的時候，讓測試的分數決定了，這也是偷看。取前面的一組。", "`scores`: where validation scores tie, the test scores decide, and that is peeking too. Take the first."),
    reversed=("`inflation`：正負號反了：驗證減測試。", "`inflation`: the sign is wrong; it is validation less test."),
    of_all=("`inflation`：所有的格子都算進去了。灌水的是挑中的那幾格。", "`inflation`: that averages over all places. It is the chosen ones that are inflated."),
    of_the_best=("`inflation`：這是兩張表各自最高的差。要拿同一格的驗證和測試來比。", "`inflation`: that compares the best of each table. Compare validation and test at the same place."),
    summed=("`inflation`：沒有除以種子數。", "`inflation`: it is not divided by the number of seeds."),
)  # fmt: skip
def q9(tuned_scores: Function, rng: Generator) -> Marks:
    S, R = (int(n) for n in rng.permutation(np.arange(4, 9))[:2])
    rows = [0]
    while len({*rows}) == 1:  # not all seeds choose alike
        V, T = rng.uniform(70, 95, (2, S, R))
        two = np.sort(rng.permutation(S)[:2])  # a tie, the second with the better test score
        V[two, 0], T[two, 0] = 96, np.sort(T[two, 0])
        rows = [max(range(S), key=scores.__getitem__) for scores in V.T]
    want = np.array([T[i, r] for r, i in enumerate(rows)])
    told = np.array([V[i, r] for r, i in enumerate(rows)])
    second = np.append(T[two[1], 0], want[1:])
    scores, inflation = several(tuned_scores(V, T), 2)
    expect(
        scores,
        want,
        peeked=T.max(axis=0),
        of_validation=told,
        one_for_all=T[V.mean(axis=1).argmax()],
        by_setting=T[np.arange(S), V.argmax(axis=1)],
        ties=second,
    )
    yield 2
    mean = float(np.mean(told - want))
    expect(
        inflation,
        mean,
        reversed=-mean,
        of_all=np.mean(V - T),
        of_the_best=np.mean(told - T.max(axis=0)),
        summed=R * mean,
    )
