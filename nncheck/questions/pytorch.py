"""The questions of exercise 13, from nnlib to PyTorch."""

import numpy as np

from nncheck.answers import Function
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    Shape,
    expect,
    expect_number,
    lengths,
    predict,
    several,
)
from nnlib.activations import softmax
from nnlib.checks import FloatArray
from nnlib.numdiff import central_difference

check = Exercise("exercises/13-pytorch")


@check.question(
    points=2,
    hints=[
        ("`nn.Linear` 的權重是（輸出，輸入）。V 是哪一種？", "The weight of `nn.Linear` is (outputs, inputs). Which is V?"),
        ("`K.transpose` 的四個數，依序說新的每一軸是舊的第幾軸：輸出、輸入、列、行。", "The four numbers of `K.transpose` say which old axis each new one is: outputs, inputs, row, column."),
    ],
    same=("`W`：原封不動。輸出和輸入要對調。", "`W`: as it came. Outputs and inputs have to change places."),
    reshaped=("`W`：形狀對，數字的位置全亂了：`reshape` 不會轉置。", "`W`: the shape is right and every number is in the wrong place: `reshape` does not transpose."),
    kernel_same=("`kernel`：原封不動。PyTorch 把輸出放在最前面。", "`kernel`: as it came. PyTorch puts outputs first."),
    kernel_reshaped=("`kernel`：`reshape` 把像素打散了，要用 `transpose`。", "`kernel`: `reshape` scatters the pixels. Use `transpose`."),
    in_first=("`kernel`：輸入放到最前面了。第一軸是輸出。", "`kernel`: inputs have come first. The first axis is outputs."),
    sideways=("`kernel`：列和行對調了，每個核都躺下來。", "`kernel`: rows and columns have changed places: every kernel lies on its side."),
    flipped=("`kernel`：核的上下左右都翻過來了。兩個函式庫算的都是互相關，不必翻。", "`kernel`: it is flipped. Both libraries compute a cross-correlation; there is nothing to flip."),
)  # fmt: skip
def q1(to_torch: Function, rng: Generator) -> Marks:
    n_in, n_out, height, width = lengths(rng, 4)
    V = rng.normal(size=(n_in, n_out))
    K = rng.normal(size=(height, width, n_in, n_out))
    W, kernel = several(to_torch(V, K), 2)
    expect(W, V.T, same=V, reshaped=V.reshape(n_out, n_in))
    yield 1
    right = np.einsum("hwio->oihw", K)
    expect(
        kernel,
        right,
        kernel_same=K,
        kernel_reshaped=K.reshape(right.shape),
        in_first=np.einsum("hwio->iohw", K),
        sideways=np.einsum("hwio->oiwh", K),
        flipped=right[:, :, ::-1, ::-1],
    )


@check.question(
    points=2,
    hints=[
        ("先寫出兩個成本的梯度，差幾倍？每一步動的是學習率乘梯度。", "Write down the gradients of both costs. By what factor do they differ? A step is the rate times the gradient."),
        ("`MSELoss` 對 N × K 個數平均，沒有 ½；本書對 N 筆平均，有 ½。", "`MSELoss` averages over N × K numbers and has no ½; the book averages over N samples and has it."),
    ],
    inverse=("倒過來了：梯度小的，學習率要大。", "Upside down: where the gradient is smaller, the rate must be larger."),
    no_half=("`mse`：少算了 ½。", "`mse`: the ½ is missing."),
    half_inverse=("`mse`：`MSELoss` 少了 ½，梯度大一倍，學習率要小一半。", "`mse`: `MSELoss` lacks the ½, which doubles the gradient. So the rate must be halved."),
    no_outputs=("`mse`：少算了 K 個輸出的平均。", "`mse`: the mean over K outputs is missing."),
    same=("`mse`：兩個成本的常數不同，學習率也就不同。", "`mse`: the costs have different constants, so the rates differ too."),
    bce_half=("`bce`：這個損失沒有 ½。", "`bce`: there is no ½ in this loss."),
    bce_inverse=("`bce`：倒過來了。", "`bce`: upside down."),
    bce_same=("`bce`：兩個成本的常數不同，學習率也就不同。", "`bce`: the costs have different constants, so the rates differ too."),
)  # fmt: skip
def q2(torch_rates: Function, rng: Generator) -> Marks:
    N, K = 5, int(rng.choice([3, 5, 6, 7]))  # 4 makes two mistakes alike
    eta, Z, Y = float(rng.uniform(0.1, 1.0)), *rng.normal(size=(2, N, K))
    D = central_difference(lambda Z: np.sum((Z - Y) ** 2) / 2 / N, Z)
    D_torch = central_difference(lambda Z: np.mean((Z - Y) ** 2), Z)
    mse, bce = several(torch_rates(eta, K), 2)
    right = eta * float(np.vdot(D, D) / np.vdot(D, D_torch))
    expect(
        mse,
        right,
        inverse=eta**2 / right,
        no_half=eta * K,
        half_inverse=2 * eta * K,
        no_outputs=eta / 2,
        same=eta,
    )
    yield 1
    expect(bce, eta * K, bce_half=eta * K / 2, bce_inverse=eta / K, bce_same=eta)


@check.question(
    points=2,
    hints=[
        ("第 i 小批的平均是 n_i 分之一乘總和；整批的平均是 Σn 分之一乘總和。", "The mean of part i is its sum over n_i; the mean of all is the sum over Σn."),
        ("乘上 n_i 再除以 Σn。", "Multiply by n_i and divide by Σn."),
    ],
    equal=("那是每一小批一樣大的時候。最後一小批比較小，裡面每一筆的份量就太重了。", "That is right for parts of equal size. The samples of a smaller last part would count too much."),
    not_divided=("`.grad` 加出來會是 Σn 倍：還要除以總筆數。", "`.grad` would add up to Σn times as much: divide by the number of all samples."),
    inverse=("倒過來了：大的小批應該占比較多。", "Upside down: a larger part should count more."),
    by_count=("要除以總筆數，不是除以小批的個數。", "Divide by the number of all samples, not of parts."),
    ones=("什麼都不乘，加出來是各小批平均的和，不是整批的平均。", "With nothing multiplied, the means of the parts are added up. That is not the mean of all."),
)  # fmt: skip
def q3(factors: Function, rng: Generator) -> None:
    sizes = np.append(rng.integers(5, 9, size=int(rng.integers(2, 5))), rng.integers(1, 4))
    expect(
        factors(sizes),
        sizes / sizes.sum(),
        equal=np.full(len(sizes), 1 / len(sizes)),
        not_divided=sizes,
        inverse=1 / sizes,
        by_count=sizes / len(sizes),
        ones=np.ones(len(sizes)),
    )


@check.question(
    points=3,
    hints=[
        ("第 t 步的 `.grad` 是 g₁ + … + g_t。", "At step t, `.grad` is g₁ + … + g_t."),
        ("`np.cumsum(g, axis=0)` 給你每一步的 `.grad`。", "`np.cumsum(g, axis=0)` gives you the `.grad` of each step."),
    ],
    zeroed=("這是有清掉的走法。", "That is the way with gradients emptied."),
    uphill=("正負號反了。", "The sign is wrong."),
    averaged=("累積的是和，不是平均。", "What piles up is a sum, not a mean."),
    backwards=("次數倒過來了：最早的梯度留得最久，算了 T 次。", "The counts are the wrong way round: the first gradient stays longest and counts T times."),
    late=("第 t 步用的梯度包括 g_t 自己。", "What step t uses includes g_t itself."),
    forgot_start=("少了出發點 theta。", "The start, theta, is missing."),
)  # fmt: skip
def q4(forgetful: Function, rng: Generator) -> None:
    T, D = lengths(rng, 2, 3, 7)
    theta, g, eta = rng.normal(size=D), rng.normal(size=(T, D)), float(rng.uniform(0.1, 0.9))
    end, grad, late = theta.copy(), np.zeros(D), theta.copy()
    for each in g:
        late -= eta * grad
        grad += each
        end -= eta * grad
    expect(
        forgetful(theta, g, eta),
        end,
        zeroed=theta - eta * g.sum(axis=0),
        uphill=2 * theta - end,
        averaged=theta - eta * sum(g[: t + 1].mean(axis=0) for t in range(T)),
        backwards=theta - eta * (np.arange(T) + 1) @ g,
        late=late,
        forgot_start=end - theta,
    )


@check.question(
    points=3,
    hints=[
        ("記 p 是第一個 softmax 的輸出，q 是第二個的：q = softmax(p)。最外層對 p 的梯度是 q − y。", "Call p the output of the first softmax and q that of the second, q = softmax(p). The gradient with respect to p is q − y."),
        ("再乘上 softmax 的 Jacobian：第 j 個是 p_j (g_j − Σ p_k g_k)，g = q − y。", "Then multiply by the Jacobian of the softmax: entry j is p_j (g_j − Σ p_k g_k), with g = q − y."),
    ],
    no_jacobian=("這是對 p 的梯度。還要穿過第一個 softmax。", "That is the gradient with respect to p. It still has to go through the first softmax."),
    once=("這是只做一次 softmax 的梯度。", "That is the gradient with one softmax only."),
    diagonal=("softmax 不是逐元素的：每個輸出都跟每個輸入有關。", "A softmax is not element by element: every output depends on every input."),
    no_sum=("少減了 Σ p_k g_k：分母也跟著 z_j 變。", "Σ p_k g_k has not been subtracted: z_j changes the denominator as well."),
    logits=("第二個 softmax 的輸入是 p，不是 z。", "What goes into the second softmax is p, not z."),
    flipped=("正負號反了：q − y。", "The sign is wrong: it is q − y."),
)  # fmt: skip
def q5(double_gradient: Function, rng: Generator) -> None:
    K = int(rng.integers(3, 7))
    z, y = rng.normal(size=K), int(rng.integers(K))
    p, one_hot = softmax(z), np.eye(K)[y]

    def loss(z: FloatArray) -> float:
        return float(-np.log(softmax(softmax(z))[y]))

    g = softmax(p) - one_hot
    right = central_difference(loss, z)
    expect(
        double_gradient(z, y),
        right,
        no_jacobian=g,
        once=p - one_hot,
        diagonal=p * (1 - p) * g,
        no_sum=p * g,
        logits=p * (p - one_hot - p @ (p - one_hot)),
        flipped=-right,
    )


@check.question(
    points=2,
    hints=[
        ("`permute` 的每個數說：新的這一軸是舊的第幾軸。", "Each number of `permute` says which of the old axes the new one is."),
        ("相減的兩個形狀從右邊對齊：(32, 1) 和 (32,)。1 會撐開。", "The two shapes are aligned at the right: (32, 1) and (32,). A 1 is stretched."),
    ],
    unmoved=("`{name}`：那是 `permute` 之前的形狀。", "`{name}`: that is the shape before `permute`."),
    backwards=("`{name}`：三個軸的次序不對。(0, 3, 1, 2) 是把通道移到第二個。", "`{name}`: the order of the axes is off. (0, 3, 1, 2) moves the channels to the second place."),
    all_flat=("`{name}`：`flatten(1)` 從第 1 軸開始攤平，樣本還是分開的。", "`{name}`: `flatten(1)` begins at axis 1; samples stay apart."),
    one_channel=("`{name}`：三個通道也要算進去。", "`{name}`: the three channels count as well."),
    transposed=("`{name}`：PyTorch 的權重是（輸出，輸入）。", "`{name}`: weights in PyTorch are (outputs, inputs)."),
    hoped=("`{name}`：那是原本想要的。可是兩個形狀不一樣，會撐開。", "`{name}`: that is what was meant. But the two shapes differ, and are stretched."),
    predicted=("`{name}`：不是 {got}。一軸一軸推。", "`{name}`: not {got}. Go axis by axis."),
)  # fmt: skip
def q6(shape_moved: Shape, shape_flat: Shape, shape_weight: Shape, shape_error: Shape) -> Marks:
    moved: dict[Shape, str] = {
        (32, 28, 20, 3): "unmoved",
        (32, 3, 20, 28): "backwards",
        (3, 32, 28, 20): "backwards",
        (32, 20, 3, 28): "backwards",
    }
    predict("shape_moved", shape_moved, (32, 3, 28, 20), moved)
    yield 0.5
    flat: dict[Shape, str] = {(32 * 1680,): "all_flat", (32, 560): "one_channel"}
    predict("shape_flat", shape_flat, (32, 1680), flat)
    yield 1
    predict("shape_weight", shape_weight, (10, 1680), {(1680, 10): "transposed"})
    yield 1.5
    error: dict[Shape, str] = {(32,): "hoped", (32, 1): "hoped"}
    predict("shape_error", shape_error, (32, 32), error)


@check.question(
    points=2,
    hints=[
        ("GPU 的時間是 launch + n / gpu，CPU 的是 n / cpu。令它們相等。", "The GPU takes launch + n / gpu, the CPU n / cpu. Set them equal."),
        ("n (1/cpu − 1/gpu) = launch。", "n (1/cpu − 1/gpu) = launch."),
    ],
    free=("忘了 GPU 自己也要算那 n 個。", "The GPU has to compute those n as well."),
    difference=("速度不能直接相減：相減的是每個運算花的時間，1/cpu 和 1/gpu。", "Speeds cannot be subtracted like that. Subtract the times of an operation, 1/cpu and 1/gpu."),
    swapped=("cpu 和 gpu 對調了：這樣是負的。", "cpu and gpu are swapped, which makes it negative."),
    seconds=("這是那時候花的時間，題目問的是運算的個數。", "That is the time it takes there. Asked is the number of operations."),
    ideal=("`ratio`：忘了 launch：每一步都要先等它。", "`ratio`: launch has been forgotten. Each step waits for it first."),
    upside_down=("`ratio`：倒過來了：題目問的是 GPU 的速度是 CPU 的幾倍。", "`ratio`: upside down. Asked is how many times as fast the GPU is."),
)  # fmt: skip
def q7(break_even: Function, ratio: float, rng: Generator) -> Marks:
    launch = float(rng.uniform(0.5, 2.0)) * 1e-3
    cpu = float(rng.uniform(1, 5)) * 1e9
    gpu = cpu * float(rng.uniform(3, 30))
    n = launch / (1 / cpu - 1 / gpu)
    expect(
        break_even(launch, cpu, gpu),
        n,
        free=launch * cpu,
        difference=launch * (gpu - cpu),
        swapped=-n,
        seconds=n / cpu,
    )
    yield 1.5
    # With launch = 1 ms, cpu = 1e9 and gpu = 1e11: what the GPU gains at n = 1e9.
    expect_number(ratio, 1 / (1e-3 + 1e-2), 2, ideal=100, upside_down=0.011)


@check.question(
    points=3,
    hints=[
        ("`0` 是第一個 Linear，`1` 是 ReLU，沒有參數，`2` 是第二個 Linear。", "`0` is the first Linear, `1` the ReLU, which has no parameters, and `2` the second Linear."),
        ("輸出是 relu(X W₁ᵀ + b₁) W₂ᵀ + b₂。", "The output is relu(X W₁ᵀ + b₁) W₂ᵀ + b₂."),
    ],
    no_relu=("少了中間的 ReLU。", "The ReLU in between is missing."),
    no_bias=("少了偏置。", "The biases are missing."),
    ends_with_relu=("最後一層後面沒有 ReLU：輸出是 logits。", "There is no ReLU after the last layer: what comes out are logits."),
    softmax_too=("輸出是 logits，不是機率。", "What comes out are logits, not probabilities."),
    first_only=("只走了第一層。", "That is the first layer alone."),
)  # fmt: skip
def q8(run: Function, rng: Generator) -> None:
    N, D, M, K = lengths(rng, 4, 3, 7)
    W1, W2 = rng.normal(size=(M, D)), rng.normal(size=(K, M))
    b1, b2, X = rng.normal(size=M), rng.normal(size=K), rng.normal(size=(N, D))
    state = {"0.weight": W1, "0.bias": b1, "2.weight": W2, "2.bias": b2}
    A = np.maximum(X @ W1.T + b1, 0)
    Z = A @ W2.T + b2
    expect(
        run(state, X),
        Z,
        no_relu=(X @ W1.T + b1) @ W2.T + b2,
        no_bias=np.maximum(X @ W1.T, 0) @ W2.T,
        ends_with_relu=np.maximum(Z, 0),
        softmax_too=softmax(Z),
        first_only=A,
    )
