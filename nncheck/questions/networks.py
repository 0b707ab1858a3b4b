"""The questions of exercise 4, networks and the forward pass."""

from itertools import pairwise

import numpy as np

from nncheck.answers import Function, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    Shape,
    choose_each,
    expect,
    no_loop,
    predict,
    shaped,
)
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
    for length in (4, 3):
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
        ("W 的形狀是「到 × 從」：第一層從 784 到 128。", "The shape of W is to × from: the first layer goes from 784 to 128."),
        ("激活值一筆一列（row），每個單元一個數。偏置只跟著單元，不跟著資料。", "Activations have a row for each sample and one number for each unit. A bias belongs to a unit, not to a sample."),
    ],
    flipped=("`shape_W1`：反過來了，應該是「到 × 從」，M₁ × M₀。", "`shape_W1`: it is the other way round, to × from: M₁ × M₀."),
    columns=("`shape_A1`：一筆資料是一列（row），筆數在前面。", "`shape_A1`: each sample is a row, so the number of samples comes first."),
    pixels=("`shape_A1`：這是輸入的形狀，還沒經過第一層。", "`shape_A1`: that is the shape of the input, before the first layer."),
    two_axes=("`shape_b2`：偏置只有一個軸，(10,)；兩個軸的陣列，加起來會和你想的不一樣。", "`shape_b2`: biases have one axis, (10,); with two axes they may be added in ways you do not expect."),
    batch=("`shape_b2`：每筆資料用的是同一組偏置。", "`shape_b2`: every sample shares the same biases."),
)  # fmt: skip
def q2(shape_W1: Shape, shape_A1: Shape, shape_b2: Shape) -> Marks:
    predict("shape_W1", shape_W1, (128, 784), {(784, 128): "flipped"})
    yield 1
    predict("shape_A1", shape_A1, (32, 128), {(128, 32): "columns", (32, 784): "pixels"})
    yield 2
    known: dict[Shape, str] = {(10, 1): "two_axes", (1, 10): "two_axes", (32, 10): "batch"}
    predict("shape_b2", shape_b2, (10,), known)


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
    X, W1, W2 = rng.normal(size=(9, 3)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    b1, b2 = rng.normal(size=(2, 3))  # all layers alike, so that no wrong order raises an error
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
    X, W1, b1 = rng.normal(size=(5, 2)), rng.normal(size=(4, 2)), rng.normal(size=4)
    W2, b2 = rng.normal(size=(3, 4)), rng.normal(size=3)
    expect(forward(X, W1, b1, W2, b2), relu(X @ W1.T + b1) @ W2.T + b2)
    yield 2
    no_loop(forward, (X, W1, b1, W2, b2), (np.tile(X, (8, 1)), W1, b1, W2, b2))


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
def q4(W_xor: FloatArray, b_xor: FloatArray, v_xor: FloatArray, c_xor: float) -> None:
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
def q5(bugs: str) -> Marks:
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
def q6(cost: Function, rng: Generator) -> None:
    Y_hat, y = rng.normal(size=(5, 1)), rng.normal(size=5)
    error = Y_hat[:, 0] - y
    expect(
        cost(Y_hat, y),
        np.mean(error**2) / 2,
        todo=np.mean((Y_hat - y) ** 2) / 2,
        total=np.sum(error**2) / 2,
        no_half=np.mean(error**2),
        no_square=np.mean(error) / 2,
    )
