"""The questions of exercise 7, backpropagation."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

from nncheck.answers import Function, Mistake
from nncheck.checking import (
    ALL_DIGITS,
    Exercise,
    Generator,
    Marks,
    Shape,
    agree,
    choose,
    expect,
    expect_number,
    expect_quietly,
    no_loop,
    passing_over,
    predict,
    several,
)
from nncheck.parts import NAMED, naming
from nnlib.activations import Activation, identity, logistic, relu, softmax, tanh
from nnlib.checks import FloatArray
from nnlib.losses import softmax_cross_entropy
from nnlib.numdiff import central_difference

check = Exercise("exercises/07-backpropagation")

SIZES = [784, 100, 10]
Cost = Callable[..., float]  # of W and b of each layer


def layer(X: FloatArray, W: FloatArray, b: FloatArray) -> FloatArray:
    """The net input, by indices."""
    return np.asarray(np.einsum("nk,jk->nj", X, W) + b)


def half_square(Y_hat: FloatArray, Y: FloatArray) -> float:
    return float(((Y_hat - Y) ** 2).sum() / 2 / len(Y))


def cost_of(X: FloatArray, Y: FloatArray, *f: Activation, loss: Cost = half_square) -> Cost:
    """The mean cost of a network with these activation functions."""

    def cost(*parameters: FloatArray) -> float:
        A = X
        for f_l, W, b in zip(f, parameters[::2], parameters[1::2], strict=True):
            A = f_l(layer(A, W, b))
        return loss(A, Y)

    return cost


def differences(cost: Cost, parameters: Sequence[FloatArray]) -> list[FloatArray]:
    """∂C/∂θ of each parameter, by central differences."""

    def with_value(i: int) -> Callable[[FloatArray], float]:
        return lambda value: cost(*parameters[:i], value, *parameters[i + 1 :])

    return [central_difference(with_value(i), each) for i, each in enumerate(parameters)]


def case(rng: Generator, samples: int, *sizes: int) -> list[FloatArray]:
    """Inputs, then W and b of each layer."""
    arrays: list[FloatArray] = [rng.normal(size=(samples, sizes[0]))]
    for inputs, outputs in pairwise(sizes):
        arrays += [rng.normal(size=(outputs, inputs)), rng.normal(size=outputs)]
    return arrays


def times(d: FloatArray, a: FloatArray) -> FloatArray:
    """Their product element by element, if they have one; else what agrees with nothing."""
    return d * a if d.shape == a.shape else np.full(1, np.nan)


def expect_layer(
    number: int,
    W: Any,
    b: Any,
    want: Sequence[FloatArray],
    D: FloatArray,
    A_prev: FloatArray,
    other: FloatArray,
    wrong: Mapping[str, FloatArray],
) -> None:
    """Raise Mistake unless the two gradients of a layer are right.

    `wrong` are its errors D as each mistake gives them; `other` is what is no input of this layer.
    """
    sums = {code: each.sum(axis=0) for code, each in wrong.items()}
    with naming(f"db{number}"):
        expect(b, want[1], per_sample=D, wrong_axis=D.sum(axis=1), **sums)
    products = {code: each.T @ A_prev for code, each in wrong.items()}
    with naming(f"dW{number}"):
        expect(W, want[0], flipped=want[0].T, wrong_end=D.T @ other, **products)


@check.question(
    points=2,
    hints=[
        ("先數參數：第 l 層有 M_l × (M_{l−1} + 1) 個。", "Count the parameters first: layer l has M_l × (M_{l−1} + 1)."),
        ("每個參數動一次，加上什麼都沒動的那一次。至於反向傳播，看式 (7.15)：左右兩邊都用 F 來量。", "Once with each parameter moved, and once with nothing moved. For backpropagation look at Eq. (7.15): both lines are measured in F."),
    ],
    no_start=("少了一次：要有東西可以減，原來的成本也得算。", "One is missing: the cost with nothing moved is needed too, to subtract it."),
    no_bias=("偏置也是參數，也要一個一個動。", "Biases are parameters too, and are moved one by one."),
    central=("這是中央差分的次數，正反各試一次。題目只往一邊動。", "That is the count for central differences, which move each parameter both ways. The question moves it one way."),
    units=("一個一個動的是參數，不是單元。", "It is the parameters that are moved one by one, not the units."),
    A=("反向傳播不必一個參數跑一趟：一趟回來，全部的梯度都在手上。", "Backpropagation makes no trip for each parameter: from one trip back, all the gradients are in hand."),
    B=("一層的單元是一起算的，一次矩陣乘法就好。", "The units of a layer are computed together, in one product of matrices."),
    D=("參數變成十倍，一次前向傳播本身也貴十倍。以它為單位，次數不變。", "With ten times the parameters, a forward pass itself costs ten times as much. Counted in passes, nothing changes."),
)  # fmt: skip
def q1(by_differences: float, by_backprop: str) -> Marks:
    weights, units = sum(m * n for m, n in pairwise(SIZES)), sum(SIZES[1:])
    P = weights + units
    expect_number(
        by_differences,
        P + 1,
        ALL_DIGITS,
        no_start=P,
        no_bias=(weights, weights + 1),
        central=(2 * P, 2 * P + 1),
        units=(units, units + 1),
    )
    yield 1
    choose(by_backprop, "C", "ABCD")


@check.question(
    points=3,
    hints=[
        ("式 (7.6) 是導數：損失的變動，除以淨輸入的變動。", "Eq. (7.6) is a derivative: the change of the loss over the change of the net input."),
        ("w_jk 加上 0.02，z_j 加上 0.02 × a_k，損失再跟著變 δ_j 倍。", "Add 0.02 to w_jk, and z_j grows by 0.02 × a_k; the loss moves δ_j times as much as that."),
    ],
    not_divided=("`delta_j`：這是損失的變動，還要除以 z 動了多少。", "`delta_j`: that is the change of the loss. Divide it by the nudge."),
    sign=("`delta_j`：正負號反了。z 變大，損失變小，斜率是正是負？", "`delta_j`: the sign is wrong. z went up and the loss went down: is that slope positive or negative?"),
    upside_down=("`delta_j`：上下顛倒了，是損失的變動除以 z 的變動。", "`delta_j`: it is upside down. Divide the change of the loss by that of z."),
    no_activation=("`loss_change`：少了 a_k。權重動 0.02，z 動的是 0.02 乘上激活值。", "`loss_change`: a_k is missing. When the weight moves by 0.02, z moves by that times the activation."),
    no_delta=("`loss_change`：這是 z 的變動。它還要走到損失那裡。", "`loss_change`: that is how much z changes. It still has to get to the loss."),
    rate=("`loss_change`：這是對 w_jk 的導數，還沒乘上 w_jk 動了多少。", "`loss_change`: that is the derivative by w_jk. Multiply it by how far w_jk moved."),
    new_loss=("`loss_change`：這是新的損失。題目問變動了多少。", "`loss_change`: that is the new loss. The question asks for the change."),
    change_sign=("`loss_change`：正負號反了，z 和剛才動的方向相同。", "`loss_change`: the sign is wrong; z moves the same way as before."),
    A=("logistic 單元的激活值永遠不是 0，δ 卻可以是 0，例如輸出剛好等於答案的時候。", "The activation of a logistic unit is never 0, and its δ may well be: for one, where the output equals the answer."),
    B=("δ 屬於一筆樣本、一個時刻。換一筆，或別的權重動了，δ 就不同。", "δ belongs to one sample and one moment. With another sample, or once other weights have moved, it is another."),
    D=("那樣 δ 會是 0，但是反過來不一定：斜率可以是 0，傳回來的誤差也可以抵消。", "Then δ would be 0, but not the other way round: its slope may be 0, or the errors that come back may cancel."),
)  # fmt: skip
def q2(delta_j: float, loss_change: float, zero_delta: str) -> Marks:
    before, after, nudge, a, move = 0.820, 0.814, 0.01, 1.5, 0.02
    delta = (after - before) / nudge
    expect_number(delta_j, delta, not_divided=after - before, sign=-delta, upside_down=1 / delta)
    yield 1
    change = delta * a * move
    expect_number(
        loss_change,
        change,
        no_activation=delta * move,
        no_delta=a * move,
        rate=delta * a,
        new_loss=before + change,
        change_sign=-change,
    )
    yield 2
    choose(zero_delta, "C", "ABCD")


@check.question(
    points=2,
    hints=[
        ("先往前：z、a、ŷ。再往回：輸出的 δ 是 ŷ − y，乘上輸出權重，再乘上斜率。", "Forward first: z, a, ŷ. Then back: δ of the output is ŷ − y; times the output weights; times the slope."),
        ("ReLU 的斜率不是 0 就是 1，看 z 的正負。權重的梯度是兩頭相乘：去處的 δ，來處的 x。", "The slope of ReLU is 0 or 1 by the sign of z. The gradient of a weight is the product of its ends: δ where it goes, x where it comes from."),
    ],
    sign=("正負號反了：輸出的 δ 是 ŷ − y。", "The sign is wrong: δ of the output is ŷ − y."),
    no_slope=("第二個單元的 z 是負的，ReLU 在那裡是平的，誤差過不去。", "The second unit has a negative z. ReLU is flat there, and no error passes."),
    no_prime=("乘成激活值了。ReLU 的斜率是 0 或 1。", "You multiplied by the activation. The slope of ReLU is 0 or 1."),
    no_weights=("輸出的 δ 往回走，要先乘上連線的權重。", "On its way back the δ of the output is multiplied by the weight of the connection first."),
    error_only=("`delta_pencil`：這只有一個數，是輸出的 δ。兩個隱藏單元各要一個。", "`delta_pencil`: that is one number, δ of the output. Each of the two hidden units has its own."),
    flipped=("`dW_pencil`：轉置了。一列（row）是一個單元，形狀和 W⁽¹⁾ 一樣。", "`dW_pencil`: it is transposed. A row belongs to a unit, as in W⁽¹⁾."),
    wrong_end=("`dW_pencil`：另一頭錯了。第一層的權重從 x 來，不是從 a 來。", "`dW_pencil`: the other end is wrong. The weights of the first layer come from x, not from a."),
)  # fmt: skip
def q3(delta_pencil: FloatArray, dW_pencil: FloatArray) -> Marks:
    x, y = np.array([2.0, 1.0]), 3.0
    W1, b1 = np.array([[1.0, -1.0], [-1.0, 0.5]]), np.array([0.5, 0.5])
    w2, b2 = np.array([2.0, -3.0]), -0.5

    def loss_of_z(z: FloatArray) -> float:
        return float((w2 @ relu(z) + b2 - y) ** 2 / 2)

    z, a = W1 @ x + b1, relu(W1 @ x + b1)
    error = w2 @ a + b2 - y
    delta = central_difference(loss_of_z, z)
    expect_quietly(
        delta_pencil,
        delta,
        sign=-delta,
        no_slope=error * w2,
        no_prime=error * w2 * a,
        no_weights=error * relu.df(z),
        error_only=error,
    )
    yield 1
    expect_quietly(
        dW_pencil,
        central_difference(lambda W: loss_of_z(W @ x + b1), W1),
        flipped=np.outer(x, delta),
        wrong_end=np.outer(delta, a),
    )


@check.question(
    points=5,
    hints=[
        ("輸出層配對了，δ⁽²⁾ = ŷ − y。ŷ 裡 W2、b2、V 各有一項：每個權重的梯度，都是 δ⁽²⁾ 和它來處的外積。", "The output is matched, so δ⁽²⁾ = ŷ − y. In ŷ, W2, b2 and V each have a term. The gradient of weights is the outer product of δ⁽²⁾ and what those weights come from."),
        ("z⁽¹⁾ 到 ŷ 只有一條路，經過 a⁽¹⁾，所以 δ⁽¹⁾ 就是式 (7.10)，和 V 無關。", "From z⁽¹⁾ to ŷ there is one path, through a⁽¹⁾. So δ⁽¹⁾ is Eq. (7.10), and V is not in it."),
        ("x 到 ŷ 有兩條路：經過隱藏層，和經過 V。照式 (7.2)，兩條路的加起來。", "From x to ŷ there are two paths, through the hidden layer and through V. By Eq. (7.2), add them."),
    ],
    sign=("`{name}`：正負號反了，是 ŷ − y。", "`{name}`: the sign is wrong; it is ŷ − y."),
    twice=("`{name}`：大了 2 倍。損失前面有 ½，微分後剛好消掉 2。", "`{name}`: twice too large. The ½ in the loss cancels the 2 of its derivative."),
    bias_inputs=("`{name}`：多乘了一個東西。z 對 b 的變化率是 1。", "`{name}` has a factor too many: z changes with b at the rate 1."),
    flipped=("`{name}`：轉置了。梯度的形狀要和權重一樣，列（row）是去處。", "`{name}` is transposed: a gradient has the shape of its weights, and the rows are where they go."),
    wrong_end=("`{name}`：另一頭錯了。這些權重從哪裡來，x 還是 a1？", "`{name}`: the other end is wrong. Do these weights come from x or from a1?"),
    no_outer=("`{name}`：逐元素相乘，每個單元只得到一個數。每一條連線要各有一個。", "`{name}`: multiplied element by element, each unit gets one number. Every connection needs one."),
    no_weights=("`{name}`：ŷ − y 要先沿著 W2 的權重走，才回得到隱藏層。", "`{name}`: ŷ − y has to go along the weights of W2 to reach the hidden layer."),
    no_transpose=("`{name}`：往回走，權重要轉置。", "`{name}`: on the way back the weights are transposed."),
    no_slope=("`{name}`：少了 tanh 的斜率。", "`{name}` lacks the slope of tanh."),
    no_prime=("`{name}`：乘上的是 tanh 的值，不是斜率。", "`{name}` is multiplied by the value of tanh, and not by its slope."),
    at_a=("`{name}`：斜率代錯地方了，tanh′ 要代 z1，不是代 a1。用 a1 寫，是 1 − a1²。", "`{name}`: the slope is taken at the wrong place; tanh′ must be at z1, and not at a1. By a1 it is 1 − a1²."),
    through_skip=("`{name}`：V 不經過隱藏層：動 z1，V x 不會動。", "`{name}`: V does not pass the hidden layer. Nudge z1, and V x stays."),
    one_path=("`dx`：少了一條路：x 也直接經過 V 到輸出。", "`dx`: a path is missing. x also reaches the output straight through V."),
    skip_only=("`dx`：只有經過 V 的那條路，經過隱藏層的不見了。", "`dx`: that is the path through V alone; the one through the hidden layer is gone."),
    **NAMED,
)  # fmt: skip
def q4(after_hidden: Function, before_hidden: Function, rng: Generator) -> Marks:
    given: list[list[FloatArray]] = []
    for square in (True, False):
        N0, N1, N2 = lengths(rng, 3, square)
        X, *parameters = case(rng, 1, N0, N1, N2)
        given.append([X[0], rng.normal(size=N2), *parameters, rng.normal(size=(N2, N0))])
    for x, y, W1, b1, W2, b2, V in given:
        dW2, d2, dV = differences(shortcut_loss(x, y, W1, b1), [W2, b2, V])
        a1 = np.tanh(W1 @ x + b1)
        got = several(after_hidden(x, y, W1, b1, W2, b2, V), 3)
        with naming("dW2"):
            far: dict[str, FloatArray] = {"sign": -dW2, "twice": 2 * dW2}
            far["wrong_end"] = np.outer(d2, x)
            expect(got[0], dW2, flipped=dW2.T, no_outer=times(d2, a1), **far)
        with naming("db2"):
            expect(got[1], d2, sign=-d2, twice=2 * d2, bias_inputs=times(d2, a1))
        with naming("dV"):
            expect(got[2], dV, flipped=dV.T, wrong_end=np.outer(d2, a1), no_outer=times(d2, x))
    yield 2
    for x, y, W1, b1, W2, b2, V in given:

        def loss(
            x: FloatArray,
            W1: FloatArray,
            b1: FloatArray,
            y: FloatArray = y,
            after: tuple[FloatArray, ...] = (W2, b2, V),
        ) -> float:
            return shortcut_loss(x, y, W1, b1)(*after)

        dx, dW1, d1 = differences(loss, [x, W1, b1])
        a1 = np.tanh(W1 @ x + b1)
        d2 = W2 @ a1 + b2 + V @ x - y
        back, slope = W2.T @ d2, 1 - a1**2
        wrong: dict[str, FloatArray] = {"no_slope": back, "no_prime": back * a1}
        wrong |= {"at_a": back * tanh.df(a1), "sign": -d1, "twice": d1 + d1}
        square = W1.shape == W2.shape == V.shape
        if square:
            wrong |= {"no_weights": d2 * slope, "no_transpose": W2 @ d2 * slope}
            wrong["through_skip"] = (W2 + V).T @ d2 * slope
        got = several(before_hidden(x, y, W1, b1, W2, b2, V), 3)
        with naming("dW1"):
            far = {code: np.outer(d, x) for code, d in wrong.items()}
            far |= {"wrong_end": np.outer(d1, a1), "no_outer": times(d1, x)}
            expect(got[0], dW1, flipped=dW1.T, **far)
        with naming("db1"):
            expect(got[1], d1, bias_inputs=times(d1, x), **wrong)
        if square:
            yield 4
        one, other = W1.T @ d1, V.T @ d2
        known = {"one_path": one, "skip_only": other, "no_slope": W1.T @ back + other}
        if square:
            known["no_transpose"] = W1 @ d1 + V @ d2
        with naming("dx"):
            expect(got[2], dx, **known)


def shortcut_loss(x: FloatArray, y: FloatArray, W1: FloatArray, b1: FloatArray) -> Cost:
    """The loss of question 4 as a function of what comes after the hidden layer."""

    def loss(W2: FloatArray, b2: FloatArray, V: FloatArray) -> float:
        y_hat = W2 @ np.tanh(W1 @ x + b1) + b2 + V @ x
        return float(np.sum((y_hat - y) ** 2) / 2)

    return loss


def lengths(rng: Generator, count: int, square: bool) -> list[int]:
    """Sizes of layers: all alike, so that no wrong order raises an error, or all different."""
    if square:
        return [int(rng.integers(3, 5))] * count
    return [int(n) for n in rng.permutation(np.arange(2, 2 + count))]


@check.question(
    points=4,
    hints=[
        ("D 一筆一列（row）、一個單元一行（column）；梯度的形狀和參數一樣，和 N 無關。", "D has a row for each sample and a column for each unit. A gradient has the shape of its parameter, whatever N is."),
        ("`D2.T @ A1` 的兩個長度：D2.T 是 (M₂, N)，A1 是 (N, M₁)，N 對消。", "The two lengths of `D2.T @ A1`: D2.T is (M₂, N) and A1 is (N, M₁); N cancels."),
    ],
    columns=("`{name}`：轉置了。程式裡一筆資料是一列（row），筆數在前面。", "`{name}`: it is transposed. In code each sample is a row, so their number comes first."),
    neighbor=("`shape_D2`：那是旁邊那一層的寬度。δ⁽²⁾ 和 z⁽²⁾ 一樣長。", "`shape_D2`: that is the width of the layer beside it. δ⁽²⁾ is as long as z⁽²⁾."),
    averaged=("`shape_D2`：還沒有對樣本加總，每一筆都有自己的 δ。", "`shape_D2`: nothing has been summed over samples yet; each has its own δ."),
    flipped=("`shape_dW2`：轉置了。梯度和 W⁽²⁾ 同樣是「到 × 從」。", "`shape_dW2`: it is transposed. Like W⁽²⁾ it is to × from."),
    per_sample=("`shape_dW2`：一筆樣本一個外積，是還沒加起來的樣子。矩陣乘法已經把 N 加掉了。", "`shape_dW2`: an outer product for each sample is what it was before the sum. The product of matrices has summed over N."),
    bias_per_sample=("`shape_db2`：每筆資料用的是同一組偏置，它們的梯度要加起來。", "`shape_db2`: all samples share the same biases, so their gradients are added up."),
    two_axes=("`shape_db2`：偏置只有一個軸，梯度也是；`sum(axis=0)` 把一個軸加掉了。", "`shape_db2`: biases have one axis, and so has their gradient. `sum(axis=0)` takes one axis away."),
    stays=("`shape_back`：那還是 D2 的形狀。乘上 W2，就到了前一層。", "`shape_back`: that is still the shape of D2. Times W2, it has reached the layer before."),
    onward=("`shape_back`：走錯方向了。`D2 @ W2` 往輸入走，不是往輸出走。", "`shape_back`: that is the wrong direction. `D2 @ W2` goes toward the input, not toward the output."),
)  # fmt: skip
def q5(shape_D2: Shape, shape_dW2: Shape, shape_db2: Shape, shape_back: Shape) -> Marks:
    N, M1, M2, M3 = 32, 6, 5, 3
    D2, A1, W2 = np.zeros((N, M2)), np.zeros((N, M1)), np.zeros((M2, M1))
    wrong: dict[Shape, str] = {(M2, N): "columns", (M2,): "averaged", (1, M2): "averaged"}
    wrong |= {(N, M1): "neighbor", (N, M3): "neighbor"}
    predict("shape_D2", shape_D2, D2.shape, wrong)
    yield 1
    wrong = {(M1, M2): "flipped", (N, M2, M1): "per_sample"}
    predict("shape_dW2", shape_dW2, (D2.T @ A1).shape, wrong)
    yield 2
    wrong = {(N, M2): "bias_per_sample", (1, M2): "two_axes", (M2, 1): "two_axes"}
    predict("shape_db2", shape_db2, D2.sum(axis=0).shape, wrong)
    yield 3
    wrong = {(M1, N): "columns", (N, M2): "stays", (N, M3): "onward"}
    predict("shape_back", shape_back, (D2 @ W2).shape, wrong)


def quotients(up: npt.ArrayLike, down: npt.ArrayLike, apart: float) -> FloatArray:
    """(C(up) − C(down)) / apart, row by row."""
    pairs = zip(np.asarray(up), np.asarray(down), strict=True)
    return np.array([(small_cost(a) - small_cost(b)) / apart for a, b in pairs])


def small_cost(theta: FloatArray) -> float:
    """The 1-1-1 network of question 6, one sample after another."""
    w1, b1, w2, b2 = map(float, theta)
    samples = ((-1.0, 1.0), (0.5, 0.0), (2.0, 0.5))
    return float(sum((w2 * np.tanh(w1 * x + b1) + b2 - y) ** 2 / 6 for x, y in samples))


@check.question(
    points=4,
    hints=[
        ("一次只動一個：`e = np.zeros(4); e[i] = h`，算 `small_cost(theta + e)` 和 `small_cost(theta - e)`。", "Move one at a time: `e = np.zeros(4); e[i] = h`, then `small_cost(theta + e)` and `small_cost(theta - e)`."),
        ("兩者相減除以 2h，換下一個 i。相對誤差的分母是 `np.maximum(np.abs(derived), np.abs(difference))`。", "Subtract, divide by 2h, go on to the next i. The relative error has `np.maximum(np.abs(derived), np.abs(difference))` below the line."),
        ("`verdict`：把四個候選一個一個交給 `greatest_error`，哪一個最小？", "`verdict`: hand the four candidates to `greatest_error` one after another. Which comes out smallest?"),
    ],
    one_sided=("只動了一邊。中央差分兩邊都動，準得多。", "That moves to one side only. Central differences move both ways and are far more precise."),
    no_two=("大了 2 倍：正反兩點相距 2h。", "Twice too large: the two points are 2h apart."),
    precedence=("`/ 2 * h` 是除以 2，再乘上 h。分母要用括號。", "`/ 2 * h` divides by 2 and multiplies by h. What is below the line needs brackets."),
    not_divided=("少了除法：成本的變動還要除以 2h。", "The division is missing: the change of the cost, over 2h."),
    all_at_once=("四個參數一起動了，分不出是誰的功勞。一次動一個。", "All four parameters move at once, and nobody can tell whose doing it was. Move one at a time."),
    not_restored=("前面的參數動過沒有放回去，後面的就不準了。", "Parameters that were moved have not been put back, and spoil those that follow."),
    other_h=("沒有用傳進來的 `h`。", "The `h` that is passed in is not used."),
    negative=("正負號反了：θ + h 的減去 θ − h 的。", "The sign is wrong: the cost at θ + h minus the cost at θ − h."),
    absolute=("`greatest_error`：這是絕對誤差。小的梯度錯得再離譜也看不出來，要除以大小。", "`greatest_error`: that is the absolute error. It overlooks small gradients, however wrong. Divide by their size."),
    signed=("`greatest_error`：少了絕對值，太小的那些溜過去了。", "`greatest_error`: without the absolute value, what is too small slips through."),
    average=("`greatest_error`：平均會把一個錯的元素藏在一群對的裡面，要最大的。", "`greatest_error`: a mean hides one wrong element among many right ones. Take the greatest."),
    one_size=("`greatest_error`：只除以其中一個。兩個裡比較大的那個才當分母，誰錯都一樣看得到。", "`greatest_error`: you divide by one of the two. Divide by the larger, so that it does not matter which is wrong."),
    by_sum=("`greatest_error`：分母是兩者之和。也有人這樣用，這一題要比較大的那一個。", "`greatest_error`: you divide by the sum of both. Some do; this question asks for the larger."),
    each=("`greatest_error`：還是一個元素一個值，要的是最大的那一個。", "`greatest_error`: there is still one value for each element. Return the greatest."),
    overall=("`greatest_error`：分子、分母各取最大，大的元素會蓋住小的。先一個元素一個元素地除。", "`greatest_error`: with a maximum above and below the line, large elements cover small ones. Divide element by element first."),
    A=("`verdict`：A 的四個元素都是差分的 3 倍，剛好是樣本數。少了什麼？", "`verdict`: all four elements of A are 3 times the differences, and there are 3 samples. What is missing?"),
    B=("`verdict`：B 的後兩個對，前兩個錯：錯在往回走到第一層的路上。", "`verdict`: in B the last two are right and the first two wrong: it went wrong on the way back to the first layer."),
    D=("`verdict`：D 只錯一個元素，而且大小剛好，正負號反了。", "`verdict`: in D one element is wrong. Its size is right and its sign is not."),
)  # fmt: skip
def q6(numeric_gradient: Function, greatest_error: Function, verdict: str, rng: Generator) -> Marks:
    theta, h = rng.uniform(0.5, 1.5, 4) * rng.choice([-1, 1], 4), float(rng.uniform(0.2, 0.4))
    e = h * np.eye(4)
    path = np.cumsum(e, axis=0)  # moves that are not taken back
    want, got = quotients(theta + e, theta - e, 2 * h), numeric_gradient(theta, h)
    for up, down, apart in (
        (theta + path, theta - path, 2 * h),
        (theta - path + 2 * e, theta - path, 2 * h),
        (theta + path, [theta] * 4, h),
    ):
        if numeric_gradient.missing is None and agree(got, quotients(up, down, apart)):
            raise Mistake("not_restored")
    expect(
        got,
        want,
        one_sided=quotients(theta + e, [theta] * 4, h),
        no_two=2 * want,
        precedence=h**2 * want,
        not_divided=2 * h * want,
        all_at_once=quotients([theta + h] * 4, [theta - h] * 4, 2 * h),
        other_h=central_difference(small_cost, theta),
        negative=-want,
    )
    yield 2
    derived = rng.uniform(0.5, 2, 6) * [10, 1, -1, 1, -1, 0.01 * rng.choice([-1, 1])]
    for worst in (rng.uniform(0.2, 0.3), rng.uniform(3, 4)):  # too large, too small
        difference = derived * [rng.uniform(0.9, 0.95), *rng.uniform(0.6, 0.8, 4), worst]
        sizes, gap = np.abs([derived, difference]), derived - difference
        error = [abs(g) / max(two) for g, two in zip(gap, sizes.T, strict=True)]
        got, signed = greatest_error(derived, difference), gap / sizes.max(axis=0)
        known = {"signed": [signed.max(), (-signed).max()]}
        known["one_size"] = [(np.abs(gap) / each).max() for each in sizes]
        for code, values in known.items() if greatest_error.missing is None else ():
            if any(agree(got, each) and not agree(each, max(error)) for each in values):
                raise Mistake(code)
        expect(
            got,
            max(error),
            absolute=np.abs(gap).max(),
            average=np.mean(error),
            by_sum=(np.abs(gap) / sizes.sum(axis=0)).max(),
            each=error,
            overall=np.abs(gap).max() / sizes.max(),
        )
    yield 3
    choose(verdict, "C", "ABCD")


@check.question(
    points=5,
    hints=[
        ("往前兩行，`Z1` 和 `A1` 要留著。往回從 `D2 = (Y_hat - Y) / N` 開始，1/N 只在這裡除一次。", "Forward is two lines; keep `Z1` and `A1`. Back begins with `D2 = (Y_hat - Y) / N`, and 1/N is divided here and nowhere else."),
        ("往回一層：乘上 W2，再乘上 ReLU 的斜率，也就是 `Z1 > 0`。每一層都是 `dW = D.T @ A_prev`，`db` 把 D 對樣本加起來。", "Back one layer: times W2, then times the slope of ReLU, which is `Z1 > 0`. In every layer `dW = D.T @ A_prev`, and `db` sums D over the samples."),
    ],
    no_relu=("`relu_forward`：隱藏層少了 ReLU。", "`relu_forward`: the hidden layer lacks its ReLU."),
    relu_last=("`relu_forward`：輸出層也通過 ReLU 了，題目的輸出是線性的。", "`relu_forward`: the output passes through ReLU too; in the question it is linear."),
    no_transpose=("`relu_forward`：少了轉置，要寫 `W.T`。", "`relu_forward`: the transposes are missing; write `W.T`."),
    no_mean=("`{name}`：大了 N 倍。成本是平均，要除以 N。", "`{name}` is N times too large: the cost is a mean, so divide by N."),
    mean_again=("`{name}`：小了 N 倍，1/N 除了兩次。D 已經帶著 1/N，之後用加的。", "`{name}` is N times too small: it is divided by N twice. D carries the 1/N already; from there on, sum."),
    all_elements=("`{name}`：除成 N × K 了。這本書的成本只對樣本平均，不對輸出平均。", "`{name}`: you divided by N × K. The cost of this book is a mean over samples, and not over outputs."),
    sign=("`{name}`：正負號反了，是 Ŷ − Y。", "`{name}`: the sign is wrong; it is Ŷ − Y."),
    per_sample=("`{name}`：還是一筆一個，要對 N 筆加起來。", "`{name}` still has a row for each sample: sum over the N of them."),
    wrong_axis=("`{name}`：加錯軸了。加掉的是樣本，留下的是單元。", "`{name}` is summed over the wrong axis: the samples go, the units stay."),
    flipped=("`{name}`：轉置了，形狀要和 W 一樣。", "`{name}` is transposed; it must have the shape of W."),
    wrong_end=("`{name}`：另一頭錯了，要用這一層的輸入。", "`{name}`: the other end is wrong. Take the inputs of that layer."),
    no_slope=("`{name}`：少了 ReLU 的斜率。沒有反應的單元，誤差過不去。", "`{name}` lacks the slope of ReLU: no error passes through a unit that is silent."),
    no_prime=("`{name}`：乘成 ReLU 的值了，要乘的是斜率。", "`{name}` is multiplied by the value of ReLU, where its slope belongs."),
    extra_transpose=("`{name}`：樣本排成列（row）時，往回不必轉置 W2。", "`{name}`: with samples in rows, W2 is not transposed on the way back."),
    corner=("`{name}`：z 剛好是 0 的地方，這本書取 ReLU′(0) = 0。", "`{name}`: where z is exactly 0, this book takes ReLU′(0) = 0."),
    **NAMED,
)  # fmt: skip
def q7(relu_forward: Function, relu_backward: Function, rng: Generator) -> Marks:
    cases = [bent(rng, int(rng.integers(5, 8)), lengths(rng, 3, each)) for each in (True, False)]
    for X, _, W1, b1, W2, b2 in cases:
        Z1 = layer(X, W1, b1)
        Y_hat = layer(relu(Z1), W2, b2)
        wrong = {"no_relu": layer(Z1, W2, b2), "relu_last": relu(Y_hat)}
        if W1.shape == W2.shape:  # else it raises an error
            wrong["no_transpose"] = layer(relu(layer(X, W1.T, b1)), W2.T, b2)
        got = relu_forward(X, W1, b1, W2, b2)
        with naming("Y_hat"):
            expect(got, Y_hat, **wrong)
    yield 1
    for X, Y, W1, b1, W2, b2 in cases:
        N, parameters = len(X), [W1, b1, W2, b2]
        want = differences(cost_of(X, Y, relu, identity), parameters)
        dW1, db1, dW2, db2 = several(relu_backward(X, Y, *parameters), 4)
        Z1 = layer(X, W1, b1)
        A1 = relu(Z1)
        D2 = (layer(A1, W2, b2) - Y) / N
        wrong = {"no_mean": N * D2, "mean_again": D2 / N, "sign": -D2}
        wrong["all_elements"] = D2 / len(b2)
        expect_layer(2, dW2, db2, want[2:], D2, A1, X, wrong)
        back = D2 @ W2
        D1 = back * (Z1 > 0)
        wrong = {"no_slope": back, "no_prime": back * A1, "mean_again": D1 / N}
        if W1.shape == W2.shape:
            wrong["extra_transpose"] = D2 @ W2.T * (Z1 > 0)
            yield 3
        expect_layer(1, dW1, db1, want[:2], D1, X, A1, wrong)
    X[:], b1[0] = 0, 0  # all samples on the corner of the first unit
    zero = differences(cost_of(X, Y, relu, identity), parameters)[1]
    zero[0] = 0
    D1 = (layer(relu(layer(X, W1, b1)), W2, b2) - Y) / N @ W2 * (b1 >= 0)
    db1 = several(relu_backward(X, Y, W1, b1, W2, b2), 4)[1]
    with naming("db1"):
        expect(db1, zero, corner=D1.sum(axis=0))
    yield 4
    many = np.tile(X, (8, 1)), np.tile(Y, (8, 1))
    no_loop(relu_forward, (X, *parameters), (many[0], *parameters))
    no_loop(relu_backward, (X, Y, *parameters), (*many, *parameters))


def bent(rng: Generator, samples: int, sizes: Sequence[int]) -> list[FloatArray]:
    """X, Y, W1, b1, W2, b2 where every unit of ReLU speaks, some are silent, no corner is near."""
    while True:
        X, *parameters = case(rng, samples, *sizes)
        Z = layer(X, *parameters[:2])
        if (Z > 0).any(axis=0).all() and not (Z > 0).all() and np.abs(Z).min() > 0.02:
            return [X, rng.normal(size=(samples, sizes[-1])), *parameters]


@check.question(
    points=5,
    hints=[
        ("先看 D2，它有兩個錯：softmax 不是逐元素的，配上交叉熵，δ 是多少？成本又是平均還是總和？", "Begin with D2, which has two bugs. Softmax does not act element by element: with cross-entropy, what is δ? And is the cost a sum or a mean?"),
        ("再看次序：往回走要用更新之前的權重。全部的梯度算完，最後才更新。", "Then the order: the way back needs the weights from before the update. Compute all gradients, and update at the end."),
        ("最後看形狀：b2 更新後還是 (M₂,) 嗎？`X.T @ D1` 和 W1 的形狀一樣嗎？換成寬度不同的網路，錯誤會自己喊出來。", "Last the shapes: is b2 still (M₂,) after its update? Has `X.T @ D1` the shape of W1? With different widths the mistake cries out by itself."),
    ],
    todo=("程式還是原來的樣子。六個錯，從 `D2` 那一行開始找。", "The code is as it was given. Six bugs; begin at the line of `D2`."),
    element_wise=("softmax 不是逐元素的，不能套式 (7.9) 的斜率：答錯的類別也要有誤差。", "Softmax does not act element by element, so Eq. (7.9) and its slope do not apply: the wrong classes need an error too."),
    no_mean=("D2 對了，但是大了 N 倍：成本是平均。", "D2 is right but N times too large: the cost is a mean."),
    uphill=("`{name}`：往上坡走了，更新是減去梯度。", "`{name}` goes uphill: an update subtracts the gradient."),
    per_sample=("`{name}`：變成一筆一組了。梯度要先對 N 筆加起來。", "`{name}`: there is now one for each sample. Sum the gradient over the N samples first."),
    mean_again=("`{name}`：梯度小了 N 倍。D 已經帶著 1/N，用加的，不要再平均。", "`{name}`: the gradient is N times too small. D carries the 1/N already. Sum; do not take the mean again."),
    flipped=("`{name}`：梯度轉置了。寬度不同時，這一行會直接出錯。", "`{name}`: the gradient is transposed. With different widths that line would raise an error."),
    update_first=("`{name}`：往回走用到了更新後的 W2。誤差是舊的權重造成的，要用舊的帶回來。", "`{name}`: the way back uses W2 after its update. The old weights made the error, and the old ones bring it back."),
    at_a=("`{name}`：第一層的斜率代錯地方了，tanh′ 要代 z，不是代 a。", "`{name}`: the slope of the first layer is taken at the wrong place; it must be at z, and not at a."),
    no_prime=("`{name}`：第一層乘上的是 tanh 的值，不是斜率。", "`{name}`: the first layer is multiplied by the value of tanh, and not by its slope."),
    no_slope=("`{name}`：第一層少了 tanh 的斜率。", "`{name}`: the first layer lacks the slope of tanh."),
    **NAMED,
)  # fmt: skip
def q8(one_step: Function, rng: Generator) -> Marks:
    for square in (True, False):
        N, sizes = int(rng.integers(5, 8)), lengths(rng, 3, square)
        X, W1, b1, W2, b2 = case(rng, N, *sizes)
        Y, eta = np.eye(sizes[-1])[rng.permutation(N) % sizes[-1]], float(rng.uniform(1, 2))
        got = several(one_step(X, Y, W1, b1, W2, b2, eta), 4)
        cost = cost_of(X, Y, tanh, identity, loss=softmax_cross_entropy)
        parameters = [W1, b1, W2, b2]
        gradients = differences(cost, parameters)
        want = [p - eta * g for p, g in zip(parameters, gradients, strict=True)]

        Z1 = layer(X, W1, b1)
        A1 = np.tanh(Z1)
        Y_hat = softmax(layer(A1, W2, b2))
        D2 = (Y_hat - Y) / N
        by_slope = [Y * (Y_hat - 1), (Y_hat - Y) * Y_hat * (1 - Y_hat)]
        steps = [step(W2, D, A1, eta) for each in by_slope for D in (each, each / N)]
        if any(agree(got[2], each) for each in steps):
            D1 = by_slope[0] @ steps[0] * tanh.df(A1)
            as_given = agree(got[2], steps[0]) and agree(got[3], b2 - eta * by_slope[0])
            as_given = as_given and square and agree(got[0], step(W1, D1, X, eta, True))
            raise Mistake("todo" if as_given else "element_wise")
        wrong = {"no_mean": step(W2, N * D2, A1, eta), "uphill": 2 * W2 - want[2]}
        if square:
            wrong["flipped"] = step(W2, D2, A1, eta, True)
        with naming("W2"):
            expect(got[2], want[2], **wrong)
        yield 2
        mean_again = b2 - eta * D2.mean(axis=0)
        with naming("b2"):
            expect(got[3], want[3], per_sample=b2 - eta * D2, mean_again=mean_again)
        yield 3

        slopes = {"": tanh.df(Z1), "at_a": tanh.df(A1), "no_prime": A1, "no_slope": np.ones(1)}
        for code, old, upright in product(slopes, (True, False), (True, False)):
            D1 = D2 @ (W2 if old else want[2]) * slopes[code]
            name = code or ("" if old else "update_first") or ("" if upright else "flipped")
            if name and (upright or square) and agree(got[0], step(W1, D1, X, eta, not upright)):
                raise Mistake(name, name="W1")
        with naming("W1"):
            expect(got[0], want[0], uphill=2 * W1 - want[0])
        D1 = D2 @ W2 * slopes[""]
        mean_again = b1 - eta * D1.mean(axis=0)
        with naming("b1"):
            expect(got[1], want[1], per_sample=b1 - eta * D1, mean_again=mean_again)


def step(
    W: FloatArray, D: FloatArray, A_prev: FloatArray, eta: float, flipped: bool = False
) -> FloatArray:
    """The weights after a step with these errors."""
    return W - eta * (A_prev.T @ D if flipped else D.T @ A_prev)


@check.question(
    points=5,
    hints=[
        ("輸出層沒有配對：logistic 加平方誤差，δ 要乘上 σ′(z)，式 (7.9)。", "The output is not matched: logistic with squared error, so δ has the factor σ′(z), Eq. (7.9)."),
        ("`D3` → `D2` → `D1`：每往回一層，乘上後一層的 W，再乘上自己的斜率。`A * (1 - A)` 就是 σ′(Z)。", "`D3` → `D2` → `D1`: for each layer back, times the W of the layer after it, times its own slope. `A * (1 - A)` is σ′(Z)."),
        ("六個梯度：每一層 `D.T @ A_prev` 和 `D.sum(axis=0)`。第一層的 A_prev 是 X。", "Six gradients: in each layer `D.T @ A_prev` and `D.sum(axis=0)`. For the first layer A_prev is X."),
    ],
    no_mean=("`{name}`：大了 N 倍，成本是平均。", "`{name}` is N times too large: the cost is a mean."),
    mean_again=("`{name}`：小了 N 倍，1/N 除了兩次。", "`{name}` is N times too small: it is divided by N twice."),
    sign=("`{name}`：正負號反了，是 Ŷ − Y。", "`{name}`: the sign is wrong; it is Ŷ − Y."),
    matched=("`{name}`：少了 σ′(z)。Ŷ − Y 是交叉熵的，這裡是平方誤差。", "`{name}` lacks σ′(z). Ŷ − Y alone belongs to cross-entropy, and this is the squared error."),
    at_a=("`{name}`：斜率代錯地方了，σ′ 要代 z。手上只有 a 的話，σ′(z) = a(1 − a)。", "`{name}`: a slope is taken at the wrong place; it must be at z. If a is all you have, σ′(z) = a(1 − a)."),
    no_slope=("`{name}`：少了斜率。每往回一層都要乘一次。", "`{name}` lacks a slope: there is one for each layer on the way back."),
    no_prime=("`{name}`：乘上的是 σ(z)，不是 σ′(z)。", "`{name}` is multiplied by σ(z), and not by σ′(z)."),
    next_slope=("`{name}`：用到後一層的斜率了，要用自己這一層的。", "`{name}` has the slope of the layer after it. It needs that of its own."),
    own_weights=("`{name}`：往回走用錯權重了。D 從第 l + 1 層回到第 l 層，走的是第 l + 1 層的 W。", "`{name}`: the weights on the way back are wrong. From layer l + 1 to layer l, D passes through the W of layer l + 1."),
    skipped=("`{name}`：跳過了一層，D1 要從 D2 來，不是從 D3。", "`{name}`: a layer is skipped. D1 comes from D2, and not from D3."),
    extra_transpose=("`{name}`：樣本排成列（row）時，往回不必轉置 W。", "`{name}`: with samples in rows, W is not transposed on the way back."),
    per_sample=("`{name}`：還是一筆一個，要對 N 筆加起來。", "`{name}` still has a row for each sample: sum over the N of them."),
    wrong_axis=("`{name}`：加錯軸了，加掉的是樣本。", "`{name}` is summed over the wrong axis: it is the samples that go."),
    flipped=("`{name}`：轉置了，形狀要和 W 一樣。", "`{name}` is transposed; it must have the shape of W."),
    wrong_end=("`{name}`：另一頭錯了，要用前一層的激活值。", "`{name}`: the other end is wrong. Take the activations of the layer before."),
    **NAMED,
)  # fmt: skip
def q9(three_layers: Function, rng: Generator) -> Marks:
    for square in (True, False):
        N, sizes = int(rng.integers(6, 9)), lengths(rng, 4, square)
        X, *parameters = case(rng, N, *sizes)
        Y = rng.random((N, sizes[-1]))
        want = differences(cost_of(X, Y, logistic, logistic, logistic), parameters)
        got = several(three_layers(X, Y, *parameters), 6)
        W = dict(zip((1, 2, 3), parameters[::2], strict=True))
        Z, A = {}, {0: X}
        for i in W:
            Z[i] = layer(A[i - 1], W[i], parameters[2 * i - 1])
            A[i] = logistic(Z[i])
        error = (A[3] - Y) / N
        D = {3: error * logistic.df(Z[3])}
        wrong = {"no_mean": N * D[3], "sign": -D[3], "matched": error}
        wrong["at_a"] = error * logistic.df(A[3])
        for i in (3, 2, 1):
            if i < 3:
                back, slope = D[i + 1] @ W[i + 1], logistic.df(Z[i])
                D[i] = back * slope
                wrong = {"no_slope": back, "no_prime": back * A[i]}
                wrong["at_a"] = back * logistic.df(A[i])
                if square:  # else these raise an error
                    wrong["next_slope"] = back * logistic.df(Z[i + 1])
                    wrong["extra_transpose"] = D[i + 1] @ W[i + 1].T * slope
                    wrong["own_weights"] = D[i + 1] @ W[i] * slope
                    wrong["skipped"] = D[3] @ W[i + 1] * slope
            wrong["mean_again"] = D[i] / N
            dW, db = got[2 * i - 2 : 2 * i]
            expect_layer(i, dW, db, want[2 * i - 2 : 2 * i], D[i], A[i - 1], A[i], wrong)
            if square:
                yield 4 - i
    yield 4
    many = np.tile(X, (8, 1)), np.tile(Y, (8, 1))
    no_loop(three_layers, (X, Y, *parameters), (*many, *parameters))


@check.question(
    points=5,
    hints=[
        ("`coarse_backward`：往前和 δ⁽²⁾ 都照舊，`D2 = (Y_hat - Y) / N`。dW2、db2 用 D2；只有帶回隱藏層的那一步，換成 `coarse(D2) @ W2`。", "`coarse_backward`: the way forward and δ⁽²⁾ are as ever, `D2 = (Y_hat - Y) / N`. dW2 and db2 take D2; only the step back to the hidden layer has `coarse(D2) @ W2`."),
        ("`angle`：把兩份梯度各看成一個長向量，內積除以兩個長度的乘積，是夾角的餘弦。`np.arccos` 給弧度；捨入會讓餘弦超過 1 一點點，先用 `np.clip`。", "`angle`: take each gradient as one long vector. Their dot product over the product of their lengths is the cosine. `np.arccos` gives radians; and rounding may push a cosine just above 1, so `np.clip` it first."),
    ],
    exact=("`{name}`：這是沒有變粗的梯度。帶回隱藏層之前，D2 要先經過 `coarse`。", "`{name}`: that is the exact gradient. Before it goes back to the hidden layer, D2 must pass through `coarse`."),
    coarse_output=("`{name}`：輸出層的也變粗了。只有帶回隱藏層的誤差是粗的。", "`{name}`: the output layer has become coarse too. Only what is carried back to the hidden layer is coarse."),
    coarse_after=("`{name}`：變粗的是 D1 了。要先讓 D2 變粗，再帶回去、乘斜率。", "`{name}`: it is D1 that you made coarse. Make D2 coarse first, then carry it back and multiply by the slope."),
    no_mean=("`{name}`：大了 N 倍，成本是平均。", "`{name}` is N times too large: the cost is a mean."),
    no_slope=("`{name}`：少了 tanh 的斜率。", "`{name}` lacks the slope of tanh."),
    flipped=("`{name}`：轉置了，形狀要和 W 一樣。", "`{name}` is transposed; it must have the shape of W."),
    per_sample=("`{name}`：還是一筆一個，要對 N 筆加起來。", "`{name}` still has a row for each sample: sum over the N of them."),
    radians=("`angle`：這是弧度，題目要度。", "`angle`: those are radians; the question asks for degrees."),
    cosine=("`angle`：這是餘弦，還要用 `np.arccos` 換成角。", "`angle`: that is the cosine. Turn it into an angle with `np.arccos`."),
    sharp=("`angle`：取了絕對值，超過直角的也變成銳角了。走反方向的梯度要看得出來。", "`angle`: with an absolute value, what is beyond a right angle becomes acute. A gradient that points the other way must show."),
    by_rows=("`angle`：這是每一列（row）的夾角再平均。整個梯度看成一個長向量。", "`angle`: that is a mean of the angles of the rows. Take the whole gradient as one long vector."),
    rounded=("`angle`：兩份梯度方向相同或相反的時候，你的是 NaN：捨入讓餘弦超過 1 一點點。用 `np.clip`。", "`angle`: where two gradients point the same way, or opposite ways, yours is NaN, because rounding pushes the cosine just beyond 1. Use `np.clip`."),
    **NAMED,
)  # fmt: skip
def q10(coarse_backward: Function, angle: Function, rng: Generator) -> Marks:
    N = int(rng.integers(5, 8))
    sizes = [n + 1 for n in lengths(rng, 3, square=False)]  # of two classes, none is coarse
    X, W1, b1, W2, b2 = case(rng, N, *sizes)
    Y = np.eye(len(b2))[rng.permutation(N) % len(b2)]
    A1 = np.tanh(layer(X, W1, b1))
    exact = softmax_cross_entropy.gradient(layer(A1, W2, b2), Y)
    rough, slope = coarse(exact), 1 - A1**2
    got = several(coarse_backward(X, Y, W1, b1, W2, b2), 4)
    ways = {"no_mean": N * exact, "coarse_output": rough}
    want = exact.T @ A1, exact.sum(axis=0)
    expect_layer(2, got[2], got[3], want, exact, A1, X, ways)
    yield 2
    D1 = (rough @ W2) * slope
    ways = {"exact": (exact @ W2) * slope, "coarse_after": coarse((exact @ W2) * slope)}
    ways |= {"no_mean": N * D1, "no_slope": rough @ W2}
    expect_layer(1, got[0], got[1], (D1.T @ X, D1.sum(axis=0)), D1, X, A1, ways)
    yield 3
    g, h = rng.normal(size=(2, *(int(n) for n in rng.integers(3, 6, 2))))
    for other in (h, -h):  # one angle is acute, the other obtuse
        cosine = np.sum(g * other) / np.sqrt(np.sum(g**2) * np.sum(h**2))
        rows = zip(g, other, strict=True)
        each = [a @ b / np.sqrt((a @ a) * (b @ b)) for a, b in rows]
        degrees = np.degrees(np.arccos(cosine))
        with naming("angle"):
            expect(
                angle(g, other),
                degrees,
                radians=np.radians(degrees),
                cosine=cosine,
                sharp=min(degrees, 180 - degrees),
                by_rows=np.degrees(np.arccos(each)).mean(),
            )
    yield 4
    for _ in range(20):  # one of them rounds to more than 1
        g = rng.normal(size=int(rng.integers(3, 30)))
        for factor in (float(rng.uniform(0.1, 9)), float(rng.uniform(-9, -0.1))):
            with naming("angle"):
                expect_straight(angle(g, factor * g), 0 if factor > 0 else 180)


@passing_over
def expect_straight(got: Any, degrees: float) -> None:
    """Raise Mistake unless it is so many degrees, or as near as `np.arccos` can tell."""
    if np.isnan(np.asarray(got, float)).any():
        raise Mistake("rounded")
    if not np.allclose(got, degrees, rtol=0, atol=1e-4):
        expect(got, degrees)


def coarse(D: FloatArray) -> FloatArray:
    """Of each number its sign, of each row one size."""
    return np.array([np.sign(d) * np.mean(np.abs(d)) for d in D])
