"""The questions of exercise 12, convolutional networks."""

from typing import Any

import numpy as np

from nncheck.answers import Function, Lines, Mistake, numbers
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    Shape,
    agree,
    choose_each,
    expect,
    no_loop,
    passing_over,
    predict,
    several,
    shaped,
    without,
)
from nnlib.activations import softmax
from nnlib.checks import FloatArray, IntArray
from nnlib.convolution import MaxPool2d, conv2d
from nnlib.losses import softmax_cross_entropy
from nnlib.numdiff import central_difference

check = Exercise("exercises/12-convolutions")


def slide(x: FloatArray, w: FloatArray, b: float = 0.0, s: int = 1, m: int = 0) -> FloatArray:
    """One image and one kernel, Eq. (12.4)."""
    z: FloatArray = conv2d(x[None, None], w[None, None], [b], s, m)[0, 0]
    return z


@check.question(
    points=2,
    hints=[
        ("印出 `as_matrix(w, 3, 4)[0].reshape(3, 4)`，`w` 用 2×2 的核：第一個窗裡，核站對位置了嗎？", "With a 2×2 kernel `w`, print `as_matrix(w, 3, 4)[0].reshape(3, 4)`: does the kernel stand where the first window is?"),
        ("這裡有兩種寬度：影像一橫排 W 個像素，特徵圖一橫排 Q 個單元。每個編號各該用哪一種？", "There are two widths here: a row of the image has W pixels, a row of the feature map Q units. Which one belongs to which number?"),
    ],
    todo=("錯還在：把 T 的一列（row）摺回影像的形狀，核的第二排就站歪了。", "The bug is still there: fold a row of T back into the shape of the image, and the second row of the kernel is out of place."),
    height=("地方找對了，數字不對：H 是影像有幾橫排，不是一橫排有幾個像素。", "You found the place, but not the number: H says how many rows the image has, not how many pixels are in one."),
    units=("像素的編號改好了，單元的編號卻動壞了：特徵圖一橫排有幾個單元？", "The pixels are numbered rightly now, but no longer the units: how many units are in one row of the feature map?"),
    upright=("影像要一橫排接一橫排地拉直；你是一直行（column）接一直行。", "Unroll the image row after row; yours goes column after column."),
    flipped=("核翻過來了。式 (12.3) 不翻：`w[u, v]` 看的是像素 (i + u, j + v)。", "The kernel is flipped. Eq. (12.3) flips nothing: `w[u, v]` looks at pixel (i + u, j + v)."),
    transposed=("T 轉置了：一列（row）是一個單元，一行（column）是一個像素。", "T is transposed: each row belongs to a unit, each column to a pixel."),
)  # fmt: skip
def q1(as_matrix: Function, rng: Generator) -> None:
    for wide in (True, False):
        k = int(rng.integers(2, 4))
        short = k + int(rng.integers(1, 3))
        long = short + k + int(rng.integers(2))  # so that no mistake is right by chance
        H, W = (short, long) if wide else (long, short)
        w = rng.normal(size=(k, k))
        P, Q = H - k + 1, W - k + 1

        def by_basis(w: FloatArray, H: int = H, W: int = W) -> FloatArray:
            pixels = np.eye(H * W).reshape(-1, 1, H, W)  # column p is what a lone pixel p gives
            return conv2d(pixels, w[None, None], [0.0]).reshape(H * W, -1).T

        want = by_basis(w)
        numbered = np.zeros((3, P * Q, H * W))
        for i, j, u, v in np.ndindex(P, Q, k, k) if H < W else ():
            numbered[0, i * Q + j, (i + u) * Q + j + v] = w[u, v]
            numbered[1, i * Q + j, (i + u) * H + j + v] = w[u, v]
            numbered[2, i * P + j, (i + u) * W + j + v] = w[u, v]
        expect(
            as_matrix(w, H, W),
            want,
            todo=numbered[0],
            height=numbered[1],
            units=numbered[2],
            upright=want.reshape(-1, H, W).transpose(0, 2, 1).reshape(want.shape),
            flipped=by_basis(w[::-1, ::-1]),
            transposed=want.T,
        )


@check.question(
    points=5,
    hints=[
        ("核的形狀是（輸出通道，輸入通道，k，k）。高和寬各用一次式 (12.5)，除不盡就捨去。", "Kernels have the shape (output channels, input channels, k, k). Use Eq. (12.5) for the height and for the width, and round down."),
        ("高：⌊(64 + 2·3 − 7) / 2⌋ + 1。一個單元的參數是它看得到的輸入個數加 1；卷積層裡，同一張特徵圖的單元共用一組。", "The height is ⌊(64 + 2·3 − 7) / 2⌋ + 1. A unit has one parameter for each input it sees, and one more; in the convolutional layer all units of a map share theirs."),
    ],
    no_channels=("`shape_kernels`：少了一個軸。每張特徵圖對三個輸入通道各有一個核。", "`shape_kernels`: an axis is missing. Each feature map has a kernel for every one of the three input channels."),
    from_to=("`shape_kernels`：通道反了，和 `Linear` 一樣是「到 × 從」。", "`shape_kernels`: the channels are swapped. As in `Linear`, it is to × from."),
    predicted=("`{name}`：{got} 不對。寫下每個軸代表什麼，再一個軸一個軸地算。", "`{name}`: {got} is not it. Write down what each axis stands for, then work them out one by one."),
    channels_last=("`shape_maps`：通道排在筆數後面、高和寬前面。", "`shape_maps`: the channels come after the number of images, before height and width."),
    channels_kept=("`shape_maps`：輸出的通道數是特徵圖的張數，不是輸入的通道數。", "`shape_maps`: there are as many channels as feature maps, not as in the input."),
    rounded_up=("`shape_maps`：除不盡要捨去，窗不能停在影像外面。", "`shape_maps`: round down; the window cannot stand beyond the edge."),
    no_one=("`shape_maps`：少了式 (12.5) 最後的 + 1，第一個位置也算。", "`shape_maps`: the + 1 of Eq. (12.5) is missing; the first place counts too."),
    one_side=("`shape_maps`：填補是一整圈，上下左右都補，所以是 2m。", "`shape_maps`: padding is a whole ring, on both sides, hence 2m."),
    no_padding=("`shape_maps`：忘了填補。", "`shape_maps`: you forgot the padding."),
    no_stride=("`shape_maps`：忘了步幅，窗一次跳兩格。", "`shape_maps`: you forgot the stride; the window jumps two places at a time."),
    part_block=("`shape_pooled`：最後一行（column）湊不成 2×2，`MaxPool2d` 就不用它。", "`shape_pooled`: the last column fills no 2×2 block, and `MaxPool2d` leaves it out."),
    sliding_pool=("`shape_pooled`：池化的方塊不重疊，一次跳兩格。", "`shape_pooled`: the blocks of pooling do not overlap; they are two places apart."),
    fewer_maps=("`shape_pooled`：池化一張一張做，通道數不變。", "`shape_pooled`: pooling treats each map by itself and keeps their number."),
    no_bias=("`{name}`：少了偏置。", "`{name}`: the biases are missing."),
    bias_each=("`n_conv`：一張特徵圖共用一個偏置，不是每個位置一個。", "`n_conv`: a feature map shares one bias; it has none for each place."),
    one_channel=("`{name}`：只算了一個輸入通道，影像有三個。", "`{name}`: that counts one input channel; the images have three."),
    untied=("`n_conv`：這是窗和窗不共享的個數。同一張特徵圖只有一組權重。", "`n_conv`: that is the number without sharing. A feature map has one set of weights."),
    one_unit=("`n_dense`：輸出不是 20 個數，是 20 張特徵圖的每一個位置。", "`n_dense`: the outputs are not 20 numbers but every place of 20 feature maps."),
    batch=("`{name}`：參數的個數和一批有幾張影像無關。", "`{name}`: how many images are in a batch does not change how many parameters there are."),
    count=("`{name}`：{got:,.0f} 不對。一個單元有幾個參數？有幾組？", "`{name}`: {got:,.0f} is not it. How many parameters does one unit have, and how many sets of them are there?"),
)  # fmt: skip
def q2(
    shape_kernels: Shape, shape_maps: Shape, shape_pooled: Shape, n_conv: float, n_dense: float
) -> Marks:
    kernels: dict[Shape, str] = {(20, 7, 7): "no_channels", (3, 20, 7, 7): "from_to"}
    predict("shape_kernels", shape_kernels, (20, 3, 7, 7), kernels)
    yield 1
    maps: dict[Shape, str] = {
        (16, 32, 41, 20): "channels_last",
        (16, 3, 32, 41): "channels_kept",
        (16, 20, 33, 41): "rounded_up",
        (16, 20, 31, 40): "no_one",
        (16, 20, 31, 39): "one_side",
        (16, 20, 29, 38): "no_padding",
        (16, 20, 64, 81): "no_stride",
    }
    predict("shape_maps", shape_maps, (16, 20, 32, 41), maps)
    yield 2
    pooled: dict[Shape, str] = {
        (16, 20, 16, 21): "part_block",
        (16, 20, 31, 40): "sliding_pool",
        (16, 10, 16, 20): "fewer_maps",
    }
    predict("shape_pooled", shape_pooled, (16, 20, 16, 20), pooled)
    yield 3
    window, image, units = 3 * 7 * 7, 3 * 64 * 81, 20 * 32 * 41
    conv = {
        "no_bias": 20 * window,
        "bias_each": 20 * window + units,
        "one_channel": 20 * (7 * 7 + 1),
        "untied": units * (window + 1),
        "batch": 16 * 20 * (window + 1),
    }
    count("n_conv", n_conv, 20 * (window + 1), conv)
    yield 4
    dense = {
        "no_bias": units * image,
        "one_channel": units * (64 * 81 + 1),
        "one_unit": 20 * (image + 1),
        "batch": 16 * units * (image + 1),
    }
    count("n_dense", n_dense, units * (image + 1), dense)


@passing_over
def count(name: str, got: float, want: int, mistakes: dict[str, int]) -> None:
    for code, value in mistakes.items():
        if got == value:
            raise Mistake(code, name=name)
    if got != want:
        raise Mistake("count", name=name, got=got)


@check.question(
    points=3,
    hints=[
        ("先用 `np.pad(x, m)` 補一圈，再照式 (12.5) 開一個 P × Q 的陣列。", "First put the rings around with `np.pad(x, m)`, then make an array of P × Q by Eq. (12.5)."),
        ("`z[i, j]` 的窗，左上角在補過的影像的 (s·i, s·j)，大小是 k × k。", "The window of `z[i, j]` has its corner at (s·i, s·j) of the padded image and is k × k large."),
    ],
    flipped=("核翻過來了：那是數學的卷積，式 (12.2)。這裡不翻。", "The kernel is flipped: that is the convolution of mathematics, Eq. (12.2). Here nothing is flipped."),
    swapped=("核轉置了：`w[u, v]` 的 u 往下，v 往右，和影像一樣。", "The kernel is transposed: in `w[u, v]`, u goes down and v to the right, as in the image."),
    no_stride=("沒有用到步幅 `s`，窗每一格都停了。", "The stride `s` is not used: the window stops at every place."),
    crowded=("輸出的大小對，窗卻一次只走一格：下一個窗要離 s 格。", "The output has the right size, but the window moves by one place; the next one must be s places on."),
    no_padding=("沒有用到 `m`：影像外面要先補 m 圈 0。", "`m` is not used: put m rings of zeros around the image first."),
    one_side=("只補了右邊和下面，四邊都要補。", "Only the right and the bottom are padded; all four sides must be."),
    double=("補太多了：2m 是兩邊加起來，每一邊補 m。", "That is too much padding: 2m is for both sides together, m on each."),
    small=("少了最後一橫排和最後一直行（column）：式 (12.5) 的 + 1。", "The last row and the last column are missing: the + 1 of Eq. (12.5)."),
    no_bias=("少了偏置 `b`。", "The bias `b` is missing."),
    bias_each=("偏置加了太多次：一個窗加一次，不是一個像素加一次。", "The bias was added too often: once for a window, not once for each pixel in it."),
    mean=("這是平均：窗裡的乘積要加起來，不除以個數。", "That is the mean; add up the products in the window, and do not divide."),
)  # fmt: skip
def q3(correlate: Function, rng: Generator) -> None:
    without(correlate, "conv2d", "Conv2d", "correlate2d", "convolve2d")
    s, m, size = 2, int(rng.integers(1, 3)), rng.choice([6, 8, 10], 2, replace=False)
    x, w, b = rng.normal(size=size), rng.normal(size=(3, 3)), float(rng.uniform(1, 2))
    want = slide(x, w, b, s, m)
    expect(
        correlate(x, w, b, s, m),
        want,
        flipped=slide(x, w[::-1, ::-1], b, s, m),
        swapped=slide(x, w.T, b, s, m),
        no_stride=slide(x, w, b, 1, m),
        crowded=slide(x, w, b, 1, m)[: len(want), : len(want[0])],
        no_padding=slide(x, w, b, s),
        one_side=slide(np.pad(x, (0, m)), w, b, s),
        double=slide(x, w, b, s, 2 * m),
        small=want[:-1, :-1],
        no_bias=want - b,
        bias_each=want + (w.size - 1) * b,
        mean=(want - b) / w.size + b,
    )
    for k, s in ((2, 1), (4, 3)):
        w, m = rng.normal(size=(k, k)), int(rng.integers(0, 4))
        expect(correlate(x, w, b, s, m), slide(x, w, b, s, m))


@check.question(
    points=4,
    hints=[
        ("從最後一層往回走：一個單元看 k 格；這 k 格在前一層相隔幾格？", "Go back from the last layer: one unit sees k places. How far apart do they lie in the layer before?"),
        ("式 (12.6)：第 l 層多看 (k_l − 1) × 它前面所有步幅的乘積；第 1 層前面沒有步幅，乘積是 1。", "Eq. (12.6): layer l adds (k_l − 1) times the product of all strides before it; before layer 1 there are none, and the product is 1."),
    ],
    no_stride=("沒有用到步幅：前面的層跳格，後面的一格在原圖上就不只一格。", "The strides are not used: after a layer that jumps, one place is more than one pixel of the image."),
    own_stride=("乘太多了：一層的步幅只影響它後面的層，不影響它自己。", "One factor too many: the stride of a layer acts on the layers after it and not on itself."),
    later=("乘成後面幾層的步幅了；要乘的是前面幾層的。", "Those are the strides of the layers after it; multiply by those of the layers before."),
    whole=("每層多看的是 k − 1，不是 k：窗裡有一格本來就看得到。", "A layer adds k − 1 and not k: one place of its window was in view already."),
    no_one=("少了最前面的 1：一層都沒有，也看得到一個像素。", "The 1 in front is missing: with no layer at all, one pixel is in view."),
    no_line=("函式對了，圖還沒畫：在 `ax_field` 上畫兩條線。", "The function is right, but nothing is drawn yet: plot two lines in `ax_field`."),
    two_lines=("圖上有 {got} 條線，要兩條：步幅全是 1 的，和步幅全是 2 的。", "Lines in the plot: {got}. Draw two, one with all strides 1, one with all strides 2."),
    layers=("橫軸要是層數 1、2、3、4、5、6，每一層一個點。", "The horizontal axis must be the number of layers, 1, 2, 3, 4, 5, 6, with a point for each."),
    same=("兩條線一樣：一條的步幅要全是 2。", "The two lines are the same: one of them must have strides of 2."),
    kernel_two=("有一條線的核是 2×2；要改的是步幅，核都是 3×3。", "One line has kernels of 2×2. It is the stride that changes; all kernels are 3×3."),
    line=("步幅全是 {s} 的那條線，{L} 層的點畫在 {got:g}。把 3×3 的核和這個步幅交給你的函式，看看它說多少。", "In the line with all strides {s}, the point for {L} layers is at {got:g}. Ask your function, with kernels of 3×3 and that stride."),
)  # fmt: skip
def q4(receptive_field: Function, ax_field: Lines, rng: Generator) -> Marks:
    sides: dict[str, int] = {}
    while len({*sides.values()}) < 6:  # draw until each mistake would give another number
        depth = int(rng.integers(3, 6))
        kernels = tuple(map(int, rng.integers(2, 6, depth)))
        strides = tuple(map(int, rng.integers(1, 4, depth)))
        before = [int(np.prod(strides[:l])) for l in range(depth + 1)]  # noqa: E741
        after = [int(np.prod(strides[l + 1 :])) for l in range(depth)]  # noqa: E741
        sides = {
            "right": reach(kernels, strides),
            "no_stride": 1 + sum(k - 1 for k in kernels),
            "own_stride": 1 + sum((k - 1) * j for k, j in zip(kernels, before[1:], strict=True)),
            "later": 1 + sum((k - 1) * j for k, j in zip(kernels, after, strict=True)),
            "whole": 1 + sum(k * j for k, j in zip(kernels, before[:-1], strict=True)),
        }
        sides["no_one"] = sides["right"] - 1
    right = sides.pop("right")
    expect(receptive_field(kernels, strides), right, **sides)
    expect(receptive_field(kernels[:1], strides[:1]), kernels[0])
    yield 2
    if len(ax_field) != 2:
        raise Mistake("two_lines" if ax_field else "no_line", got=len(ax_field))
    layers = np.arange(1, 7)
    wanted = [[reach((3,) * L, (s,) * L) for L in range(1, 7)] for s in (1, 2)]
    if not all(agree(line[:, 0], layers) for line in ax_field):
        raise Mistake("layers")
    lines = sorted((line[:, 1] for line in ax_field), key=lambda y: float(y.sum()))
    if agree(lines[0], lines[1]):
        raise Mistake("same")
    for s, got, want in zip((1, 2), lines, wanted, strict=True):
        if agree(got, layers + 1):
            raise Mistake("kernel_two")
        for L, side in zip(layers, want, strict=True):
            if not agree(got[L - 1], side):
                raise Mistake("line", s=s, L=int(L), got=got[L - 1])


def reach(kernels: tuple[int, ...], strides: tuple[int, ...]) -> int:
    """How many pixels, edge to edge, one unit of the last layer sees: by counting them."""
    places = {0}
    for k, s in zip(reversed(kernels), reversed(strides), strict=True):
        places = {s * place + u for place in places for u in range(k)}
    return max(places) - min(places) + 1


@check.question(
    points=5,
    hints=[
        ("每一橫排都做同一件事：左邊減右邊。塗滿的地方左右一樣，剛好抵消。", "Each row does the same: left minus right. Where ink fills the window both are alike and cancel."),
        ("拿這一章的 Sobel 核，正負號反過來，再把大小調好。左邊三個權重加起來要是多少？", "Take the Sobel kernel of the chapter, change its sign, and set its size. What must the three weights on the left add up to?"),
        ("`edge_strength`：斜的邊，橫、直兩個核都有反應，像一支箭頭的兩個分量。它的長度怎麼算？", "`edge_strength`: both kernels answer to a slanting edge, like the two components of an arrow. How long is the arrow?"),
    ],
    flat=("整個窗都塗滿墨，z 應該是 0，你的是 {got:.3g}：九個權重加起來要抵消。", "Where ink fills the window, z must be 0 and is {got:.3g}: the nine weights must cancel."),
    turned=("轉了 90 度：它找的是橫的邊。", "It is turned by 90 degrees: it finds level edges."),
    both=("直的邊找到了，橫的邊它也有反應，z 到 {got:.3g}。每一橫排要自己抵消。", "It finds upright edges, and answers to level ones too, with z = {got:.3g}. Each row must cancel by itself."),
    sign=("正負號反了：墨在左、紙在右的時候，z 要是正的。", "The sign is wrong: with ink on the left and paper on the right, z must be positive."),
    thin=("同一條邊給了一正一負：這個核找的是細線，不是邊。", "One edge gives a positive and a negative value: this kernel looks for thin lines, not for edges."),
    blind=("什麼邊都沒有反應。", "It answers to no edge at all."),
    scale=("方向對，大小不對：最大的 z 應該是 1，你的是 {got:.3g}。", "The direction is right, the size is not: the largest z must be 1 and is {got:.3g}."),
    upright_only=("`edge_strength`：只看了直的邊，`w.T` 還沒用到。", "`edge_strength`: that looks at upright edges alone; `w.T` is still to be used."),
    twice=("`edge_strength`：兩次用了同一個核。找橫的邊要用 `w.T`。", "`edge_strength`: the same kernel is used twice. For level edges take `w.T`."),
    no_root=("`edge_strength`：平方和還要開根號。", "`edge_strength`: the sum of squares still needs its root."),
    absolute=("`edge_strength`：兩個絕對值相加，斜的邊就比直的邊強了。要的是長度。", "`edge_strength`: with the absolute values added up, a slanting edge is stronger than an upright one. A length is wanted."),
    added=("`edge_strength`：正負會抵消，有的邊就不見了。先平方。", "`edge_strength`: plus and minus cancel, and some edges disappear. Square them first."),
    mean=("`edge_strength`：這是平均，長度是平方和的根號，不除以 2。", "`edge_strength`: that is a mean. The length is the root of the sum of squares, not divided by 2."),
)  # fmt: skip
def q5(w_edge: FloatArray, edge_strength: Function, rng: Generator) -> Marks:
    expect_edges(w_edge)
    yield 3
    k = int(rng.integers(2, 5))
    x, w = rng.normal(size=rng.choice([7, 8, 9], 2, replace=False)), rng.normal(size=(k, k))
    across, down = slide(x, w), slide(x, w.T)
    want = np.abs(across + 1j * down)
    expect(
        edge_strength(x, w),
        want,
        upright_only=np.abs(across),
        twice=np.sqrt(2) * np.abs(across),
        no_root=want**2,
        absolute=np.abs(across) + np.abs(down),
        added=across + down,
        mean=want / np.sqrt(2),
    )


@passing_over
def expect_edges(w_edge: FloatArray) -> None:
    shaped(w_edge, 3, 3)
    ink = np.tile(np.repeat([1.0, 0.0], 4), (8, 1))  # ink on the left, paper on the right
    flat, upright, level = (slide(x, w_edge) for x in (np.ones((8, 8)), ink, ink.T))
    largest = level.flat[np.abs(level).argmax()]
    if abs(flat[0, 0]) > 1e-6:
        raise Mistake("flat", got=flat[0, 0])
    if np.abs(upright).max() < 1e-6:
        raise Mistake("turned" if abs(largest) > 1e-6 else "blind")
    if abs(largest) > 1e-6:
        raise Mistake("both", got=largest)
    if upright.min() < -1e-6:
        raise Mistake("thin" if upright.max() > 1e-6 else "sign")
    if not agree(upright.max(), 1.0):
        raise Mistake("scale", got=upright.max())


@check.question(
    points=3,
    hints=[
        ("拿一張小圖，用 `np.roll(x, 1, axis=1)` 移一格，先移再算和先算再移，比比看。", "Take a small image, move it with `np.roll(x, 1, axis=1)`, and compare: move first, or compute first."),
        ("有位置的輸出才談得上跟著移；只剩一個數的，看它變不變。移一格之後，2×2 的方塊裡還是原來那四個值嗎？", "Only an output with places can move along; of a single number, ask whether it changes. After a shift by one, does a 2×2 block still hold the same four values?"),
    ],
    length=("要六個字母，依序對應 1 到 6，只用 A、B、C，例如 \"ABCABC\"。", "Give six letters, for 1 to 6 in order, of A, B and C alone, such as \"ABCABC\"."),
    relu=("1：ReLU 一個像素一個像素做，不看位置。像素移了一格，它的結果呢？", "1: ReLU treats each pixel by itself and does not look at its place. If the pixel has moved by one, where is its result?"),
    conv=("2：教材常寫「不變」。看看式 (12.7)：特徵圖是沒有動，還是跟著移了一格？", "2: texts often say invariant. Look at Eq. (12.7): does the feature map stay put, or does it move along?"),
    pool=("3：方塊的邊界不會跟著影像移。拿 `[[1, 2, 3, 4]] * 2` 移一格再池化，是原來的結果移了位置嗎？", "3: the borders of the blocks do not move with the image. Shift `[[1, 2, 3, 4]] * 2` by one and pool: is it the old result in another place?"),
    whole=("4：只剩一個數，說不上跟著移。它變了嗎？", "4: one number is left, which cannot move along. Has it changed?"),
    chain=("5：最後只剩一個數。第 2 步的特徵圖移了位置，它的最大值呢？", "5: one number is left in the end. The feature map has moved; and its maximum?"),
    dense=("6：每個位置有自己的權重。像素換了位置，就乘到別的權重。", "6: each place has a weight of its own. A pixel that moves meets another weight."),
)  # fmt: skip
def q6(shifted: str) -> Marks:
    codes = ("relu", "conv", "pool", "whole", "chain", "dense")
    for count in choose_each(shifted, "AACBBC", "ABC", codes):
        yield count / 2


@check.question(
    points=4,
    hints=[
        ("`x.reshape(N, P, 2, Q, 2)` 的第 2 軸和第 4 軸（從 0 數）是方塊裡的位置，最大值就對這兩軸取。", "In `x.reshape(N, P, 2, Q, 2)` axes 2 and 4, counted from 0, are the places in a block: take the maximum over both."),
        ("往回：把方塊的四個值排成最後一軸，`argmax` 給的就是第一個最大的；用它做 one-hot，乘上 D，再照原路排回去。", "On the way back: bring the four values of a block into the last axis, and `argmax` finds the first of the greatest. Make it one-hot, multiply by D, and put the axes back."),
    ],
    average=("這是平均池化，要的是最大值。", "That is average pooling; the greatest value is wanted."),
    least=("這是最小值。", "That is the least value."),
    sliding_pool=("方塊重疊了：下一塊要離兩格。", "The blocks overlap; they must be two places apart."),
    pieces=("`reshape` 切錯了：你的方塊是同一橫排連續的四個數，不是 2×2。", "`reshape` cuts wrongly: your blocks are four numbers in a line, not 2×2."),
    everywhere=("每個位置都給了 D；只有最大的那一個通過了，只有它拿得到。", "Every place gets D; only the greatest value has passed, and only it is paid."),
    quarter=("這是平均池化的梯度，四個各給四分之一。", "That is the gradient of average pooling, a quarter for each."),
    value=("方塊裡的值混進來了：最大值對它自己的導數是 1，傳回去的只有 D。", "The value itself is in it: the derivative of the maximum by the greatest value is 1, so D alone goes back."),
    no_delta=("少了 D：連鎖律要乘上從後面傳回來的導數。", "D is missing: by the chain rule, the derivative that comes back from behind is a factor."),
    all_ties=("沒有平手時是對的。平手的時候，每個最大的都拿了一份，付出去的比收到的多。", "Right without ties. With a tie, each of the greatest is paid in full, and more is paid out than came in."),
    split_ties=("沒有平手時是對的。平手的時候題目說只給第一個，不平分。", "Right without ties. With a tie the question wants the first to get all of it; nothing is split."),
    last_tie=("沒有平手時是對的。平手的時候給了最後一個，要給第一個。", "Right without ties. With a tie yours pays the last; pay the first."),
    by_columns=("沒有平手時是對的。平手的時候，「第一個」是一橫排一橫排地數，你是一直行（column）一直行地數。", "Right without ties. With a tie, the first is counted row by row; yours goes column by column."),
)  # fmt: skip
def q7(pool: Function, pool_back: Function, rng: Generator) -> Marks:
    N, P, Q = map(int, rng.permutation([2, 3, 4]))
    x = rng.permutation(N * P * Q * 4).reshape(N, 2 * P, 2 * Q) / 10  # no two values alike
    D = rng.normal(size=(N, P, Q))

    def greatest(x: FloatArray) -> FloatArray:
        best: FloatArray = np.stack([x[:, i::2, j::2] for i, j in np.ndindex(2, 2)]).max(axis=0)
        return best

    def spread(D: FloatArray) -> FloatArray:
        return np.kron(D, np.ones((1, 2, 2)))

    rows, sides = np.maximum(x[:, :-1], x[:, 1:]), greatest(x)
    expect(
        pool(x),
        sides,
        average=x.reshape(N, P, 2, Q, 2).mean(axis=(2, 4)),
        least=-greatest(-x),
        sliding_pool=np.maximum(rows[:, :, :-1], rows[:, :, 1:]),
        pieces=x.reshape(N, P, Q, 4).max(axis=3),
    )
    tied = rng.integers(0, 2, (N, 2 * P, 2 * Q)).astype(float)
    tied[0, :2, :2] = 0  # blank paper
    tied[0, 2:4, :2] = [[0, 1], [1, 0]]
    expect(pool(tied), greatest(tied))
    yield 1
    want = central_difference(lambda x: (D * greatest(x)).sum(), x)
    expect(
        pool_back(D, x),
        want,
        everywhere=spread(D),
        quarter=spread(D) / 4,
        value=want * x,
        no_delta=x == spread(sides),
    )
    yield 2
    x, D = tied, rng.normal(size=(N, P, Q))
    layer = MaxPool2d(2)
    layer(x[:, None])
    first = layer.backward(D[:, None])[:, 0]
    layer(x[:, None, ::-1, ::-1])
    last = layer.backward(D[:, None, ::-1, ::-1])[:, 0, ::-1, ::-1]
    layer(x[:, None].swapaxes(2, 3))
    upright = layer.backward(D[:, None].swapaxes(2, 3)).swapaxes(2, 3)[:, 0]
    ties = x == spread(greatest(x))
    shares = ties.reshape(N, P, 2, Q, 2).sum(axis=(2, 4))
    expect(
        pool_back(D, x),
        first,
        all_ties=spread(D) * ties,
        split_ties=spread(D / shares) * ties,
        last_tie=last,
        by_columns=upright,
    )
    yield 3
    no_loop(pool, (x,), (np.tile(x, (8, 1, 1)),))
    no_loop(pool_back, (D, x), (np.tile(D, (8, 1, 1)), np.tile(x, (8, 1, 1))))


@check.question(
    points=5,
    hints=[
        ("把 z 對 w_uv、對 b、對一個像素各微分一次。每個窗 (i, j) 都出一份，乘上 δ_ij，加起來。", "Differentiate z by w_uv, by b and by one pixel. Every window (i, j) contributes its part times δ_ij; add them up."),
        ("一個迴圈就夠：對每個 (i, j)，窗是 `x[s*i:s*i+k, s*j:s*j+k]`。`dw` 加上 D[i, j] × 窗，`dx` 的同一個窗加上 D[i, j] × w。", "One loop will do: for each (i, j) the window is `x[s*i:s*i+k, s*j:s*j+k]`. Add D[i, j] × window to `dw`, and D[i, j] × w to the same window of `dx`."),
    ],
    flipped_dw=("`dw` 上下左右翻過來了：核的梯度是把 δ 在 x 上滑，不翻。", "`dw` is flipped both ways: for the kernel, δ slides over x without a flip."),
    no_stride=("`dw` 沒有用到步幅：窗 (i, j) 的左上角在 (s·i, s·j)。", "`dw` does not use the stride: window (i, j) has its corner at (s·i, s·j)."),
    mean=("`dw` 除以窗的個數了：共用的權重，每個窗的貢獻是加起來，不是平均。", "`dw` is divided by the number of windows: the windows share a weight, and their contributions add up."),
    no_delta=("`dw` 少了 δ：每個窗要乘上自己的 D[i, j]。", "`dw` lacks δ: each window is multiplied by its own D[i, j]."),
    mean_b=("`db` 是總和，不是平均：每個位置都用同一個 b。", "`db` is the sum, not the mean: every place uses the same b."),
    not_summed=("`db` 還是一個位置一個數；b 只有一個，要加起來。", "`db` still has a number for each place; there is one b, so add them up."),
    windows=("`db` 是窗的個數；少了 δ。", "`db` counts the windows; δ is missing."),
    flipped_dx=("`dx` 的核多翻了一次：一個窗一個窗把 `w` 加回去時不用翻，翻轉會自己出現。", "In `dx` the kernel is flipped once too often: if you add `w` back window by window, the flip comes by itself."),
    no_stride_dx=("`dx` 沒有用到步幅：窗 (i, j) 的左上角在 (s·i, s·j)。", "`dx` does not use the stride: window (i, j) has its corner at (s·i, s·j)."),
    overwritten=("`dx` 的窗重疊的地方，後面的蓋掉了前面的；要用 `+=`。", "Where windows overlap in `dx`, later ones overwrite earlier ones; use `+=`."),
    swapped=("`dx` 裡的 w 轉置了：u 往下，v 往右，和前向一樣。", "In `dx` the w is transposed: u goes down and v to the right, as on the way forward."),
)  # fmt: skip
def q8(conv_gradients: Function, rng: Generator) -> Marks:
    for k, s in ((3, 2), (2, 1), (2, 3)):
        H, W = map(int, rng.choice([6, 7, 8, 9], 2, replace=False))
        x, w = rng.normal(size=(H, W)), rng.normal(size=(k, k))
        P, Q = (H - k) // s + 1, (W - k) // s + 1
        D = rng.normal(size=(P, Q)) + 0.5
        dw, db, dx = several(conv_gradients(D, x, w, s), 3)
        want = differences(D, x, w, s)
        corners = [x[u : u + P, v : v + Q] for u, v in np.ndindex(k, k)]
        windows = [x[u : u + s * P : s, v : v + s * Q : s] for u, v in np.ndindex(k, k)]
        expect(
            dw,
            want[0],
            flipped_dw=want[0][::-1, ::-1],
            no_stride=np.reshape([(D * each).sum() for each in corners], (k, k)),
            mean=want[0] / D.size,
            no_delta=np.reshape([each.sum() for each in windows], (k, k)),
        )
        yield 2
        expect(db, D.sum(), mean_b=D.mean(), not_summed=D, windows=D.size)
        yield 3
        expect(
            dx,
            want[1],
            flipped_dx=scattered(D, x, w[::-1, ::-1], s),
            no_stride_dx=scattered(D, x, w, 1),
            overwritten=scattered(D, x, w, s, add=False),
            swapped=scattered(D, x, w.T, s),
        )


def differences(D: FloatArray, x: FloatArray, w: FloatArray, s: int) -> tuple[FloatArray, ...]:
    """The gradients of a loss with ∂ℓ/∂z = D, by the kernel and by the image."""
    by_kernel = central_difference(lambda w: (D * slide(x, w, s=s)).sum(), w)
    return by_kernel, central_difference(lambda x: (D * slide(x, w, s=s)).sum(), x)


def scattered(D: FloatArray, x: FloatArray, w: FloatArray, s: int, add: bool = True) -> FloatArray:
    """D times w, put into the window of each place, on top of what is there or in its stead."""
    dx, k = np.zeros_like(x), len(w)
    for i, j in np.ndindex(D.shape):
        window = dx[s * i : s * i + k, s * j : s * j + k]
        window[...] = add * window + D[i, j] * w
    return dx


@check.question(
    points=3,
    hints=[
        ("交叉熵配 softmax，ℓ 對 z 的梯度是 p − y（y 是 one-hot）。再往回一層，就到輸入。", "With softmax and cross-entropy the gradient of ℓ by z is p − y, where y is one-hot. One layer further back is the input."),
        ("對輸入的梯度是 `(P - Y) @ W`，形狀 (N, D)。取正負號，走 ε，再用 `np.clip` 留在 0 到 1。", "The gradient by the input is `(P - Y) @ W`, of shape (N, D). Take its sign, step by ε, and stay within 0 and 1 with `np.clip`."),
    ],
    downhill=("走反了：這樣損失變小，網路更有把握。要讓損失變大。", "That is the wrong way: the loss falls and the network grows surer. Make the loss larger."),
    no_sign=("這是照梯度的大小走，有的像素走得多，有的少。式 (12.12) 只取正負號，每個像素都走 ε。", "That steps by the gradient itself, far at some pixels and little at others. Eq. (12.12) takes its sign alone: ε at each pixel."),
    no_clip=("走出去了：像素要留在 0 到 1，才還是一張影像。", "Some pixels have left the range from 0 to 1. It must stay an image."),
    no_label=("少了減掉 one-hot 的標籤：ℓ 對 z 的梯度是 p − y，不是 p。", "The one-hot label is not subtracted: the gradient of ℓ by z is p − y, not p."),
    own_class=("只看了正確類別的權重。把分數推給別的類別，也會讓損失變大：其他類別的權重也要算進去。", "That looks at the weights of the true class alone. A higher score for another class raises the loss too, so their weights count."),
    step_only=("這是走的那一步，還要加到 X 上。", "That is the step alone; add it to X."),
    no_epsilon=("沒有用到 ε：每個像素走了一整步 1。", "ε is not used: each pixel moves by a whole 1."),
    scores=("少了 softmax：要用機率 p，不是分數 z。", "The softmax is missing: it takes the probabilities p, not the scores z."),
)  # fmt: skip
def q9(adversarial: Function, rng: Generator) -> Marks:
    N, D, K = map(int, rng.permutation([5, 6, 7]))
    X, W, b = rng.random((N, D)), rng.normal(size=(K, D)), rng.normal(size=K)
    X[:, :2], X[:, 2:4] = 0, 1  # blank paper, and ink
    W[:, 4] = 0  # a pixel that no class looks at stays as it is
    labels, epsilon = rng.integers(0, K, N), float(rng.uniform(0.1, 0.3))

    def loss(X: FloatArray) -> float:
        return float(softmax_cross_entropy(X @ W.T + b, labels))

    gradient = N * central_difference(loss, X)
    Z = X @ W.T + b
    sign = np.sign(gradient)

    def moved(step: FloatArray) -> FloatArray:
        return np.clip(X + step, 0, 1)

    got = adversarial(X, W, b, labels, epsilon)
    if agree(got, moved(epsilon * gradient / N)):  # that of the mean cost
        raise Mistake("no_sign")
    expect(
        got,
        moved(epsilon * sign),
        downhill=moved(-epsilon * sign),
        no_sign=moved(epsilon * gradient),
        no_clip=X + epsilon * sign,
        no_label=moved(epsilon * np.sign(softmax(Z) @ W)),
        own_class=moved(-epsilon * np.sign(W[labels])),
        step_only=epsilon * sign,
        no_epsilon=moved(sign),
        scores=moved(epsilon * np.sign((Z - np.eye(K)[labels]) @ W)),
    )
    yield 2
    many = np.tile(X, (8, 1)), W, b, np.tile(labels, 8), epsilon
    no_loop(adversarial, (X, W, b, labels, epsilon), many)


@check.question(
    points=4,
    hints=[
        ("一步三件事：對每張影像滑出 z；誤差 z − t 除以全部的位置數；照第 8 題把 dw、db 加起來，往回走 η。", "A step does three things: slide over each image for z; divide the errors z − t by the number of all places; add up dw and db as in question 8, and go back by η."),
        ("核的大小從形狀看得出來：k = H − P + 1。z 每一步都要用新的 w 和 b 再算一次。", "The shapes tell the size of the kernel: k = H − P + 1. At each step z has to be computed again with the new w and b."),
        ("`kernel_found`：先數方程式和未知數。方程式不夠、或每張影像都缺了某個方向的變化，答案就不只一個；從 0 出發的梯度下降走到其中一個。", "`kernel_found`: count equations and unknowns. With too few equations, or with images that never vary in some direction, there is more than one answer, and gradient descent from 0 arrives at one of them."),
    ],
    uphill=("走反了：成本要變小，往梯度的反方向走。", "That is uphill. To make the cost smaller, go against the gradient."),
    total=("少了平均：誤差要除以全部的位置數 N·P·Q，不然步子大了那麼多倍。", "The mean is missing: divide the errors by the number of all places, N·P·Q, or the steps are so many times too long."),
    per_image=("只除以張數：一張圖有 P·Q 個位置，也要算進去。", "That divides by the number of images alone; each has P·Q places, and they count too."),
    one_by_one=("你每看一張影像就改一次 w。這裡一步看完全部的影像，才改一次。", "Yours changes w after each image. Here one step looks at all images and then changes it once."),
    doubled=("走了兩倍：成本前面有 ½，微分出來的 2 被它約掉了。", "The steps are twice too long: the ½ of the cost cancels the 2 of the derivative."),
    no_bias=("b 一直是 0。它也要學，而且會影響 w 走的路。", "b stays 0. It is learned too, and it changes the way that w takes."),
    stale=("誤差只在開頭算了一次。w 變了，z 也變了，每一步都要再算。", "The errors are computed once, at the start. As w changes so does z: compute them at each step."),
    flipped_step=("dw 上下左右翻過來了：核的梯度是把誤差在影像上滑，不翻。", "dw is flipped both ways: for the kernel, the errors slide over the image without a flip."),
    one_more=("多走了一步。", "That is one step too many."),
    one_less=("少走了一步。", "That is one step too few."),
    length=("要五個字母，依序對應 1 到 5，只用 A、B、C、D，例如 \"ABCDA\"。", "Give five letters, for 1 to 5 in order, of A to D alone, such as \"ABCDA\"."),
    rows=("1：每一橫排都一樣的影像，上下看不出差別，三排權重只看得出總和。哪些核的總和一樣？", "1: if all rows of an image are alike, nothing tells up from down, and only the sums of three weights matter. Which kernels have the same sums?"),
    mirrored=("2：式 (12.2) 先翻再滑。不翻的那一種要給出同樣的結果，核該長什麼樣？", "2: Eq. (12.2) flips, then slides. What must a kernel look like that gives the same without a flip?"),
    bent=("3：z 是影像的線性函數，加一個常數。折了一下的目標，哪一個核給得出來？", "3: z is a linear function of the image plus a constant. Which kernel gives targets that have been bent?"),
    few=("4：4×4 的影像只有四個窗，四條方程式，未知數有十個。", "4: an image of 4×4 has four windows: four equations for ten unknowns."),
    plain=("5：照片裡什麼樣的窗都有，方程式比未知數多得多，而且 w 全部做得到。", "5: a photograph has windows of all kinds, many more equations than unknowns, and w fulfills all of them."),
)  # fmt: skip
def q10(learn_kernel: Function, kernel_found: str, rng: Generator) -> Marks:
    N, H, W = map(int, rng.permutation([4, 5, 6]))
    k, steps, eta = int(rng.integers(2, 4)), int(rng.integers(2, 5)), float(rng.uniform(0.1, 0.2))
    x, t = rng.normal(size=(N, H, W)) + 0.5, rng.normal(size=(N, H - k + 1, W - k + 1)) + 1
    units = np.eye(k * k).reshape(-1, 1, k, k)
    maps = conv2d(x[:, None], units, np.zeros(k * k)).transpose(0, 2, 3, 1)
    F = np.concatenate([maps, np.ones((*t.shape, 1))], axis=3)  # what each parameter adds to z
    back = np.r_[k * k - 1 : -1 : -1, k * k]

    def learned(eta: float, steps: int, **how: bool) -> FloatArray:
        theta = np.zeros(k * k + 1)
        groups = range(N) if how.get("apart") else [slice(None)]
        for _ in range(steps):
            for each in groups:
                z = 0 if how.get("stale") else F[each] @ theta
                step = np.tensordot(z - t[each], F[each], t[each].ndim) / t[each].size
                step[-1] *= not how.get("no_bias")
                theta -= eta * (step[back] if how.get("back") else step)
        return theta

    want = learned(eta, steps)
    w, b = several(learn_kernel(x, t, eta, steps), 2)
    known = {
        "uphill": learned(-eta, steps),
        "total": learned(eta * t.size, steps),
        "per_image": learned(eta * t[0].size, steps),
        "one_by_one": learned(eta, steps, apart=True),
        "doubled": learned(2 * eta, steps),
        "no_bias": learned(eta, steps, no_bias=True),
        "stale": learned(eta, steps, stale=True),
        "flipped_step": learned(eta, steps, back=True),
        "one_more": learned(eta, steps + 1),
        "one_less": learned(eta, steps - 1),
    }
    expect(w, want[:-1].reshape(k, k), **{c: v[:-1].reshape(k, k) for c, v in known.items()})
    expect(b, want[-1])
    yield 2
    codes = ("rows", "mirrored", "bent", "few", "plain")
    for count in choose_each(kernel_found, "CBDCA", "ABCD", codes):
        yield 2 + 0.4 * count


@check.question(
    points=4,
    hints=[
        ("`split`：一類一類地來。`np.flatnonzero(y == c)` 是這一類的號碼，打亂之後前 n 個學習、接下來 n 個選擇。", "`split`: go class by class. `np.flatnonzero(y == c)` are the numbers of its images; shuffled, the first n are to learn from and the next n to choose by."),
        ("`compare`：只有 `V` 可以用來選，而且要看種子的平均。`T` 只拿來報告選中的那一列（row）。", "`compare`: choose by `V` alone, and by its mean over the seeds. `T` only reports the row that was chosen."),
    ],
    indices=("`split`：要的是影像的號碼，0 到 N − 1 的整數，三個一維的陣列。", "`split`: it must return the numbers of images, integers from 0 to N − 1, in three arrays of one axis."),
    leak=("`split`：有影像同時在兩組裡。看過的題目不能拿來考試。", "`split`: an image is in two of the groups. What was learned from cannot be in the exam."),
    repeated=("`split`：有影像在同一組裡出現兩次。抽出來就不放回去。", "`split`: an image is twice in one group. Draw without putting back."),
    uneven=("`split`：學習和選擇的兩組，每一類都要剛好 n 張。", "`split`: of each class exactly n images must be in the group to learn from, and n in the one to choose by."),
    left_out=("`split`：剩下的影像全部是測試，一張也不要丟。", "`split`: all the images that are left are for the test; leave none out."),
    not_drawn=("`split`：換了種子，分出來的還是一樣。前 n 張可能都是同一個人寫的：要抽。", "`split`: another seed gives the same groups. The first n may all be by one writer: draw them."),
    unrepeatable=("`split`：同一個種子，兩次分得不一樣。別人就重做不出你的結果了。", "`split`: the same seed gives other groups the second time, and nobody can repeat your result."),
    by_test=("`compare`：你照測試的成績選，報告的數字就偏高了。照 `V` 選。", "`compare`: that chooses by the test, and what it reports is too high. Choose by `V`."),
    lucky=("`compare`：你照最幸運的一個種子選。要看種子的平均。", "`compare`: that chooses by the luckiest seed. Look at the mean over the seeds."),
    each_seed=("`compare`：你替每個種子各選一次。這裡一種網路只選一個學習率。", "`compare`: that chooses for each seed anew. Here a network gets one rate."),
    best_seed=("`compare`：報告的是最好的一個種子，不是平均。", "`compare`: that reports the best seed and not the mean."),
    validation=("`compare`：報告的是驗證的成績。選過的資料，成績會偏高；要報告 `T`。", "`compare`: that reports the validation, which is too high once it has been chosen by. Report `T`."),
    population=("`compare`：標準差是從幾個種子估計的，分母是種子數減 1：`ddof=1`。", "`compare`: the standard deviation is estimated from a few seeds and divides by their number minus 1: `ddof=1`."),
    of_all=("`compare`：這是全部學習率的標準差。只要選中的那一列（row）。", "`compare`: that is the standard deviation over all rates. Take that of the chosen row."),
    variance=("`compare`：這是變異數，還要開根號。", "`compare`: that is the variance; take its root."),
)  # fmt: skip
def q11(split: Function, compare: Function, rng: Generator) -> Marks:
    K, n = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    y = rng.permutation(np.repeat(np.arange(K), rng.integers(3 * n, 4 * n, K)))
    seed = int(rng.integers(1000))
    first = split(y, n, seed)
    expect_split(first, y, n)
    yield 1
    expect_drawn(first, split(y, n, seed), split(y, n, seed + 1))
    yield 2
    rates, seeds = map(int, rng.permutation([3, 4, 5])[:2])
    means: dict[str, float] = {}
    while len({round(mean, 3) for mean in means.values()}) < 6:  # each mistake another number
        V, T = rng.uniform(0.5, 0.9, (2, rates, seeds))
        best, lucky, by_test = (
            V.mean(axis=1).argmax(),
            V.max(axis=1).argmax(),
            T.mean(axis=1).argmax(),
        )
        row = T[best]
        means = {
            "right": row.mean(),
            "by_test": T[by_test].mean(),
            "each_seed": T[V.argmax(axis=0), np.arange(seeds)].mean(),
            "best_seed": row.max(),
            "validation": V[best].mean(),
            "lucky": T[lucky].mean(),
        }
        means |= dict.fromkeys(means, 0.0) if len({best, lucky, by_test}) < 3 else {}
    rate, mean, spread = several(compare(V, T), 3)
    expect(rate, best, by_test=by_test, lucky=lucky)
    expect(mean, means.pop("right"), **means)
    yield 3
    deviation = float(np.sqrt(((row - row.mean()) ** 2).sum() / (len(row) - 1)))
    expect(spread, deviation, population=row.std(), of_all=T.std(ddof=1), variance=deviation**2)


@passing_over
def expect_split(groups: Any, y: IntArray, n: int) -> None:
    """Raise Mistake unless n images of each class are to learn from, n to choose by, all others left."""
    found = [numbers(each) for each in several(groups, 3)]
    if any(each.ndim != 1 or not np.isin(each, np.arange(len(y))).all() for each in found):
        raise Mistake("indices")
    learn, chosen, test = (each.astype(int) for each in found)
    if any(len(np.unique(each)) < len(each) for each in (learn, chosen, test)):
        raise Mistake("repeated")
    if len(np.unique(np.concatenate(found))) < sum(map(len, found)):
        raise Mistake("leak")
    if any((np.bincount(y[each], minlength=y.max() + 1) != n).any() for each in (learn, chosen)):
        raise Mistake("uneven")
    if len(learn) + len(chosen) + len(test) < len(y):
        raise Mistake("left_out")


@passing_over
def expect_drawn(first: Any, again: Any, other: Any) -> None:
    groups = [
        [sorted(np.ravel(numbers(each))) for each in split] for split in (first, again, other)
    ]
    if groups[0] != groups[1]:
        raise Mistake("unrepeatable")
    if groups[0] == groups[2]:
        raise Mistake("not_drawn")
