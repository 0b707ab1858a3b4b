"""The questions of exercise 4, networks and the forward pass."""

from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

from nncheck.answers import Function, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    choose_each,
    expect,
    expect_quietly,
    no_loop,
    several,
    shaped,
)
from nncheck.parts import array_of, number_of
from nnlib.activations import relu
from nnlib.checks import FloatArray

check = Exercise("exercises/04-networks")

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@check.question(
    points=2,
    hints=[
        ("先只看一層：權重有 M_l × M_{l−1} 個，偏置有 M_l 個。", "Look at one layer first: it has M_l × M_{l−1} weights and M_l biases."),
        ("`zip(sizes, sizes[1:])` 給出每一層的輸入數和輸出數。", "`zip(sizes, sizes[1:])` gives the inputs and outputs of each layer."),
    ],
    no_bias=("少了偏置：每個單元還有一個。", "The biases are missing: each unit has one."),
    one_bias=("偏置太少：不是一層一個，是一個單元一個。", "Too few biases: not one for each layer but one for each unit."),
    input_bias=("輸入不是單元，沒有偏置。", "Inputs are no units and have no bias."),
    wrong_side=("加 1 加錯邊了：每個單元看的是「前一層的每個輸出」和一個偏置。", "The 1 is on the wrong side: each unit takes every output of the layer before, and one bias."),
    units=("這是單元的個數，不是連線的個數。", "That counts units, not connections."),
)  # fmt: skip
def q1(count_parameters: Function, rng: Generator) -> None:
    for length in (4, int(rng.integers(5, 7)), 2):
        sizes = [int(size) for size in rng.integers(3, 12, length)]
        weights = sum(inputs * outputs for inputs, outputs in pairwise(sizes))
        expect(
            count_parameters(sizes),
            weights + sum(sizes[1:]),
            no_bias=weights,
            one_bias=weights + length - 1,
            input_bias=weights + sum(sizes),
            wrong_side=weights + sum(sizes[:-1]),
            units=sum(sizes),
        )


@check.question(
    points=3,
    hints=[
        ("W 的形狀是「到 × 從」：第一層從 D 到 M₁。", "The shape of W is to × from: the first layer goes from D to M₁."),
        ("激活值一筆一列（row），每個單元一個數。偏置只跟著單元，不跟著資料。", "Activations have a row for each sample and one number for each unit. A bias belongs to a unit, not to a sample."),
    ],
    flipped=("`shape_W1`：反過來了，應該是「到 × 從」，M₁ × D。", "`shape_W1`: it is the other way round, to × from: M₁ × D."),
    columns=("`shape_A1`：一筆資料是一列（row），筆數在前面。", "`shape_A1`: each sample is a row, so the number of samples comes first."),
    pixels=("`shape_A1`：這是輸入的形狀，還沒經過第一層。", "`shape_A1`: that is the shape of the input, before the first layer."),
    two_axes=("`shape_b2`：偏置只有一個軸，(M₂,)；兩個軸的陣列，加起來會和你想的不一樣。", "`shape_b2`: biases have one axis, (M₂,); with two axes they may be added in ways you do not expect."),
    one_row=("`shape_b2`：這樣加起來剛好也對，但偏置只有一個軸，(M₂,)。", "`shape_b2`: added up this happens to work, but biases have one axis, (M₂,)."),
    batch=("`shape_b2`：每筆資料用的是同一組偏置。", "`shape_b2`: every sample shares the same biases."),
)  # fmt: skip
def q2(shape_W1: Function, shape_A1: Function, shape_b2: Function, rng: Generator) -> Marks:
    N, D, M1, M2 = map(int, rng.choice(np.arange(2, 60), 4, replace=False))
    expect_quietly(shape_W1(N, D, M1, M2), (M1, D), flipped=(D, M1))
    yield 1
    expect_quietly(shape_A1(N, D, M1, M2), (N, M1), columns=(M1, N), pixels=(N, D))
    yield 2
    b2 = shape_b2(N, D, M1, M2)
    expect_quietly(b2, (M2,), two_axes=(M2, 1), one_row=(1, M2), batch=(N, M2))


@check.question(
    points=3,
    hints=[
        ("兩步：A1 = relu(X W₁ᵀ + b₁)，再做一次 A1 W₂ᵀ + b₂，最後不加激活函數。", "Two steps: A1 = relu(X W₁ᵀ + b₁), then A1 W₂ᵀ + b₂, with no activation function at the end."),
        ("`relu(X @ W1.T + b1)` 是第一層，形狀 (N, M₁)，它就是第二層的輸入。", "`relu(X @ W1.T + b1)` is the first layer, of shape (N, M₁), and the input of the second."),
    ],
    no_relu=("隱藏層少了 ReLU：這樣兩層等於一層。", "The hidden layer lacks its ReLU: the two layers are one."),
    relu_last=("輸出層也通過 ReLU 了，題目的輸出層沒有激活函數。", "The output passes through ReLU too; in the question it has no activation function."),
    relu_early=("ReLU 用在輸入上了，應該用在第一層的 Z。", "ReLU is applied to the input; it belongs on the Z of the first layer."),
    no_transpose=("少了轉置：W 的形狀是「到 × 從」，要寫 `W.T`。", "The transposes are missing: W is to × from, so write `W.T`."),
    no_b1=("第一層少了偏置。", "The first layer lacks its bias."),
    no_b2=("第二層少了偏置。", "The second layer lacks its bias."),
    late_b1=("b₁ 加得太晚：要先加，再通過 ReLU。", "b₁ comes too late: add it before the ReLU."),
)  # fmt: skip
def q3(forward: Function, rng: Generator) -> Marks:
    n = int(rng.integers(3, 6))  # all layers alike, so that no wrong order raises an error
    X, W1, W2 = rng.normal(size=(9, n)), rng.normal(size=(n, n)), rng.normal(size=(n, n))
    b1, b2 = rng.normal(size=(2, n))
    expect(
        forward(X, W1, b1, W2, b2),
        relu(X @ W1.T + b1) @ W2.T + b2,
        no_relu=(X @ W1.T + b1) @ W2.T + b2,
        relu_last=relu(relu(X @ W1.T + b1) @ W2.T + b2),
        relu_early=(relu(X) @ W1.T + b1) @ W2.T + b2,
        no_transpose=relu(X @ W1 + b1) @ W2 + b2,
        no_b1=relu(X @ W1.T) @ W2.T + b2,
        no_b2=relu(X @ W1.T + b1) @ W2.T,
        late_b1=(relu(X @ W1.T) + b1) @ W2.T + b2,
    )
    N, D, M1, M2 = map(int, rng.permutation([2, 3, 4, 5]))
    X, W1, b1 = rng.normal(size=(N, D)), rng.normal(size=(M1, D)), rng.normal(size=M1)
    W2, b2 = rng.normal(size=(M2, M1)), rng.normal(size=M2)
    expect(forward(X, W1, b1, W2, b2), relu(X @ W1.T + b1) @ W2.T + b2)
    yield 2
    no_loop(forward, (X, W1, b1, W2, b2), (np.tile(X, (8, 1)), W1, b1, W2, b2))


def through(X: FloatArray, layers: list[Any], bends: list[int]) -> FloatArray:
    """A pass through layers (W, b); those whose numbers, from 1, are in `bends` have a ReLU."""
    for number, (W, b) in enumerate(layers, 1):
        Z = X @ W.T + b
        X = np.maximum(Z, 0) if number in bends else Z
    return X


@check.question(
    points=3,
    hints=[
        ("這個網路只有一層的時候，該不該有 ReLU？", "If the network has a single layer, should there be a ReLU?"),
        ("ReLU 只在隱藏層。把最後一組 W 和 b 留到迴圈外面，或者在迴圈裡認出它。", "ReLU is for hidden layers. Keep the last W and b for after the loop, or recognize them in it."),
    ],
    todo=("程式還是原來的樣子：輸出層也通過 ReLU，負的輸出都變成 0。", "The code is as it was given: the output passes through ReLU as well, and what is negative becomes 0."),
    linear=("ReLU 全不見了：整個網路只剩一層。", "No ReLU is left: the whole network is one layer."),
    relu_early=("每一層之前都有 ReLU，所以輸入的負值也沒了。", "There is a ReLU before each layer, so that the input loses its negative values, too."),
    one_relu=("只有第一層有 ReLU：後面的隱藏層也要。", "Only the first layer has its ReLU; later hidden layers need one, too."),
    last_skipped=("最後一層沒有算到：輸出停在最後一個隱藏層。", "The last layer is left out: the output is that of the last hidden layer."),
)  # fmt: skip
def q4(deep: Function, rng: Generator) -> None:
    for depth in (3, 1, int(rng.integers(4, 6))):
        n = int(rng.integers(3, 6))
        X = rng.normal(size=(8, n))
        layers = [(rng.normal(size=(n, n)), rng.normal(size=n)) for _ in range(depth)]
        hidden = list(range(1, depth))
        expect(
            deep(X, *(each for layer in layers for each in layer)),
            through(X, layers, hidden),
            todo=through(X, layers, [*hidden, depth]),
            linear=through(X, layers, []),
            relu_early=through(relu(X), layers, hidden),
            one_relu=through(X, layers, [1]),
            last_skipped=through(X, layers[:-1], hidden),
        )


@check.question(
    points=3,
    hints=[
        ("第一個單元算 x₁ + x₂：0、1、1、2。要的是 0、1、1、0。", "Let the first unit compute x₁ + x₂: 0, 1, 1, 2. Wanted are 0, 1, 1, 0."),
        ("第二個單元只在 (1, 1) 有反應：ReLU(x₁ + x₂ − 1)。從第一個減掉它的幾倍？", "Let the second respond at (1, 1) alone: ReLU(x₁ + x₂ − 1). How many times do you subtract it from the first?"),
    ],
    conjunction=("這算的是 AND。", "This computes AND."),
    disjunction=("這算的是 OR：(1, 1) 應該輸出 0。", "This computes OR: at (1, 1) it must give 0."),
    same=("這算的是「兩個相同」，剛好相反。", "This says “both the same”, which is the opposite."),
    added=("輸出是 x₁ + x₂：第二個單元沒有把 (1, 1) 拉下來。", "The output is x₁ + x₂: the second unit does not bring (1, 1) down."),
    table=("四個角落應該輸出 0 1 1 0，你的是 {got}。", "At the four corners the outputs must be 0 1 1 0; yours are {got}."),
)  # fmt: skip
def q5(W_xor: FloatArray, b_xor: FloatArray, v_xor: FloatArray, c_xor: float) -> None:
    shaped(W_xor, 2, 2)
    shaped(b_xor, 2)
    shaped(v_xor, 2)
    output = relu(CORNERS @ W_xor.T + b_xor) @ v_xor + c_xor
    known = {"conjunction": [0, 0, 0, 1], "disjunction": [0, 1, 1, 1], "same": [1, 0, 0, 1]}
    known["added"] = [0, 1, 1, 2]
    for code, table in known.items():
        if np.allclose(output, table, atol=1e-6):
            raise Mistake(code)
    if not np.allclose(output, [0, 1, 1, 0], atol=1e-6):
        raise Mistake("table", got=" ".join(f"{a:.3g}" for a in output))


@check.question(
    points=3,
    hints=[
        ("每個單元都只看 1 的個數 s = x₁ + … + xₙ，偏置不同。XOR 就是 n = 2、k = 1。", "Let each unit look at the number of ones alone, s = x₁ + … + xₙ, with biases of their own. XOR is n = 2, k = 1."),
        ("一頂帽子：在 s = k − 1 開始升，k 到頂，k + 1 回到 0，之後要停住。", "A hat: it starts to rise at s = k − 1, is highest at k, back to 0 at k + 1, and has to stay there."),
    ],
    units=("最多三個隱藏單元，你用了 {got} 個。", "Three hidden units at most; you have {got}."),
    at_least=("這算的是「至少 k 個」，要的是「剛好 k 個」。", "This says “at least k”; wanted is “exactly k”."),
    no_return=("1 比 k + 1 還多的時候，輸出沒有停在 0，一路往下掉。", "With more ones than k + 1 the output does not stay at 0 but goes on falling."),
    shifted=("尖端偏了一格：它在 {peak} 個 1 的地方。", "The tip is off by one: it is at {peak} ones."),
    table=("輸入有 {ones} 個 1 時應該輸出 {want}，你的是 {got}。", "For an input with {ones} ones the output must be {want}; yours is {got}."),
)  # fmt: skip
def q6(exactly: Function, rng: Generator) -> None:
    most = int(rng.integers(5, 8))
    for n, k in ((most, int(rng.integers(2, most - 2))), (2, 1), (most - 1, most - 1)):
        W, b, v, c = several(exactly(n, k), 4)
        b = np.atleast_1d(array_of(b))
        if len(b) > 3:
            raise Mistake("units", got=len(b))
        b, W, v = array_of(b, len(b)), array_of(W, len(b), n), array_of(v, len(b))
        X = np.array([*product([0, 1], repeat=n)])
        ones = X.sum(axis=1)
        output = np.asarray(relu(X @ W.T + b) @ v + number_of(c), np.float64)
        known: dict[str, Any] = {
            "at_least": ones >= k,
            "no_return": relu(ones - k + 1.0) - 2 * relu(ones - k + 0.0),
        }
        for code, values in known.items():
            if np.allclose(output, values) and not np.array_equal(values, ones == k):
                raise Mistake(code)
        for peak in (k - 1, k + 1):
            if np.allclose(output, ones == peak):
                raise Mistake("shifted", peak=peak)
        wrong = ~np.isclose(output, ones == k, atol=1e-6)
        if wrong.any():
            first = int(wrong.argmax())
            want, got = int(ones[first] == k), f"{output[first]:.3g}"
            raise Mistake("table", ones=int(ones[first]), want=want, got=got)


@check.question(
    points=2,
    hints=[
        ("語法錯誤在執行之前就發生：哪一行不是合法的 Python？", "A syntax error comes before anything runs: which line is no Python?"),
        ("`[[0, 0], …]` 裡都是整數。`net(x)` 的形狀是 (4, 1)，`y` 呢？", "In `[[0, 0], …]` there are whole numbers. The shape of `net(x)` is (4, 1); and of `y`?"),
    ],
    length=("要四個字母，依序對應症狀 1 到 4，只用 A、B、C、D，例如 \"ABCD\"。", "Give four letters, for symptoms 1 to 4 in order, of A to D alone, such as \"ABCD\"."),
    syntax=("症狀 1：`or` 是 Python 的關鍵字，不能當參數名稱。它在哪一行？", "Symptom 1: `or` is a keyword of Python and cannot name a parameter. Which line has it?"),
    dtype=("症狀 2：兩個矩陣的型別不同，一個整數，一個浮點數。整數在哪一行？", "Symptom 2: the two matrices differ in type, one of whole numbers, one of floats. Which line makes whole numbers?"),
    broadcast=("症狀 3：(4, 1) 和 (4,) 相減會廣播（broadcast）成 (4, 4)。哪一行的形狀少了一個軸？", "Symptom 3: (4, 1) minus (4,) is broadcast to (4, 4). Which line lacks an axis?"),
    luck=("症狀 4：起點是隨機的，又只有兩個單元。哪一行擲骰子？", "Symptom 4: the start is random and there are but two units. Which line rolls the dice?"),
)  # fmt: skip
def q7(bugs: str) -> Marks:
    codes = ("syntax", "dtype", "broadcast", "luck")
    for count in choose_each(bugs, "DABC", "ABCD", codes):
        yield count / 2


@check.question(
    points=2,
    hints=[
        ("印出 `(Y_hat - y).shape`。", "Print `(Y_hat - y).shape`."),
        ("把 `y` 變成 (N, 1)，或把 `Y_hat` 變成 (N,)，再相減。", "Make `y` of shape (N, 1), or `Y_hat` of shape (N,), before you subtract."),
    ],
    todo=("程式還是原來的樣子：它把每個輸出和每個答案都比了一次。", "The code is as it was given: it compares every output with every answer."),
    total=("這是總和，成本是平均。", "That is the sum; the cost is the mean."),
    no_half=("少了 ½。", "The ½ is missing."),
    no_square=("少了平方，正負誤差會抵消。", "The square is missing, so errors of both signs cancel."),
)  # fmt: skip
def q8(cost: Function, rng: Generator) -> None:
    N = int(rng.integers(4, 9))
    Y_hat, y = rng.normal(size=(N, 1)), rng.normal(size=N)
    error = Y_hat[:, 0] - y
    expect(
        cost(Y_hat, y),
        np.mean(error**2) / 2,
        todo=np.mean((Y_hat - y) ** 2) / 2,
        total=np.sum(error**2) / 2,
        no_half=np.mean(error**2),
        no_square=np.mean(error) / 2,
    )


@check.question(
    points=3,
    hints=[
        ("`costs < below` 是一排 0 和 1；它的平均就是學會的比例。", "`costs < below` is a row of zeros and ones; their mean is the share that learned."),
        ("至少一次學會，就是「不是每一次都失敗」。", "That at least one learns means that they do not all fail."),
    ],
    count=("這是學會的次數，比例要除以 n。", "That is how many learned; the share is divided by n."),
    failures=("這是失敗的比例：成本比 `below` 低才算學會。", "That is the share of failures: a run has learned if its cost is below `below`."),
    variance=("還沒開根號：這是變異數。", "The root is missing: that is the variance."),
    spread=("這是單次的標準差，比例的標準誤還要除以 √n。", "That is the standard deviation of one run; divide by √n for the error of the share."),
    added=("機率不能這樣相加，會超過 1。", "Chances do not add up like this; they would pass 1."),
    every=("這是每一次都學會的機率。", "That is the chance that every run learns."),
    none_learns=("這是每一次都失敗的機率。", "That is the chance that every run fails."),
)  # fmt: skip
def q9(success: Function, at_least_one: Function, rng: Generator) -> Marks:
    n, below = int(rng.integers(21, 60)), float(rng.uniform(0.05, 0.25))
    learned, failed = rng.uniform(0, below, n // 4), rng.uniform(below, 0.3, n - n // 4 - 1)
    costs = rng.permutation(np.r_[learned, failed, below])  # the last is not below
    p = n // 4 / n
    share, error = several(success(costs, below), 2)
    expect(share, p, count=n * p, failures=1 - p)
    yield 1
    variance = p * (1 - p)
    expect(error, (variance / n) ** 0.5, variance=variance / n, spread=variance**0.5)
    yield 2
    p, runs = float(rng.uniform(0.1, 0.4)), int(rng.integers(3, 9))
    every, none_learns = p**runs, (1 - p) ** runs
    got = at_least_one(p, runs)
    expect(got, 1 - none_learns, added=p * runs, every=every, none_learns=none_learns)


def share_right(A: FloatArray, W: FloatArray, b: FloatArray, y: npt.NDArray[np.int64]) -> float:
    """The accuracy of an output layer."""
    return float(np.mean((A @ W.T + b).argmax(axis=1) == y))


@check.question(
    points=4,
    hints=[
        ("關掉一個單元，就是讓它的激活值變成 0：它送出去的每一條都沒有東西。別改動傳進來的陣列。", "To switch a unit off is to make its activation 0, so that nothing goes out of it. Do not change the arrays you were given."),
        ("兩種次序用的是同樣的網路，所以先一個一個相減，再算平均和標準誤。", "Both orders were tried on the same networks: subtract one by one, and take the mean and its standard error after that."),
    ],
    ignored=("沒有關掉任何單元：`off` 沒有用到。", "No unit is off: `off` is not used."),
    kept=("反過來了：`off` 裡的是要關掉的，不是要留下的。", "It is the other way round: the units in `off` go, the others stay."),
    bias_only=("只去掉了它們的偏置，權重還在送東西。", "Only their biases are gone; the weights go on sending."),
    count=("這是答對的張數，準確率要除以 N。", "That is how many are right; divide by N for the accuracy."),
    no_b2=("輸出層少了偏置。", "The output layer lacks its bias."),
    reversed=("差的方向反了：是 `first` 減 `second`。", "The difference has the wrong sign: `first` minus `second`."),
    unpaired=("這是兩組各自獨立時的標準誤。同一個網路的兩個數會一起高低，先相減才看得準。", "That is the error for two independent groups. Both numbers of a network rise and fall together, so subtract first."),
    spread=("這是差的標準差；平均的標準誤還要除以 √R。", "That is the standard deviation of the differences; divide by √R for the error of their mean."),
    population=("種子是樣本：標準差用 `ddof=1`。", "The seeds are a sample: use `ddof=1`."),
)  # fmt: skip
def q10(accuracy_without: Function, compare: Function, rng: Generator) -> Marks:
    D, M, K = (int(rng.integers(*each)) for each in ((3, 7), (6, 12), (4, 8)))
    while True:  # until each mistake has an accuracy of its own
        X, W1, b1 = rng.normal(size=(300, D)), rng.normal(size=(M, D)), rng.normal(size=M)
        W2, b2 = rng.normal(size=(K, M)), rng.normal(size=K)
        off = rng.choice(M, 3, replace=False)
        stay = ~np.isin(np.arange(M), off)
        y = (relu(X @ W1.T + b1) @ W2.T + b2 + rng.normal(size=(300, K))).argmax(axis=1)
        A = relu(X @ W1.T + b1)
        right, whole = (share_right(each, W2, b2, y) for each in (A * stay, A))
        known = {
            "ignored": whole,
            "kept": share_right(A * ~stay, W2, b2, y),
            "bias_only": share_right(relu(X @ W1.T + b1 * stay), W2, b2, y),
            "no_b2": share_right(A * stay, W2, 0 * b2, y),
            "count": 300 * right,
        }
        if len({right, *known.values()}) == 1 + len(known):
            break
    expect(accuracy_without(X, y, W1, b1, W2, b2, off), right, **known)
    nothing = np.array([], dtype=int)
    expect(accuracy_without(X, y, W1, b1, W2, b2, nothing), whole)
    yield 2
    R = int(rng.integers(4, 9))
    first = rng.uniform(0.6, 0.9, R)
    second = first + rng.uniform(-0.05, 0.02, R)
    mean, error = several(compare(first, second), 2)
    expect(mean, np.mean(first - second), reversed=np.mean(second - first))
    yield 3
    spread = (first - second).std(ddof=1)
    unpaired = ((first.var(ddof=1) + second.var(ddof=1)) / R) ** 0.5
    population = (first - second).std() / R**0.5
    known = {"unpaired": unpaired, "spread": spread, "population": population}
    expect(error, spread / R**0.5, **known)
