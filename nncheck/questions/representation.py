"""The questions of exercise 5, what a network can represent."""

import numpy as np

from nncheck.answers import Function
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    choose,
    expect,
    expect_number,
    no_loop,
)
from nnlib.activations import logistic
from nnlib.checks import FloatArray

check = Exercise("exercises/05-representation")


@check.question(
    points=3,
    hints=[
        ("一階往上，一階往下：兩個 σ 相減。", "One step up and one step down: subtract one σ from another."),
        ("階在 s 的單元是 σ(w(x − s))，也就是偏置 b = −ws。", "A unit with its step at s is σ(w(x − s)), which means a bias b = −ws."),
    ],
    plus=("兩階都往上了：第二階要減。", "Both steps go up: subtract the second."),
    upside_down=("上下顛倒了：先上後下。", "It is upside down: first up, then down."),
    no_height=("高度只有 1，還要乘上 height。", "Its height is 1; multiply by height."),
    no_steepness=("沒有用到 w，階不夠陡。", "w is not used, so the steps are not steep."),
    bias=("階跑掉了：σ(wx − s) 的階在 s / w，不在 s。", "The steps are elsewhere: σ(wx − s) has its step at s / w, not at s."),
)  # fmt: skip
def q1(bump: Function, rng: Generator) -> Marks:
    x, left, right = rng.uniform(-1, 2, 9), float(rng.uniform(0, 0.4)), float(rng.uniform(0.6, 1))
    height, w = float(rng.uniform(2, 4)), float(rng.uniform(5, 9))

    def steps(up: FloatArray, down: FloatArray) -> FloatArray:
        return height * (logistic(up) - logistic(down))

    right_answer = steps(w * (x - left), w * (x - right))
    expect(
        bump(x, left, right, height, w),
        right_answer,
        plus=height * (logistic(w * (x - left)) + logistic(w * (x - right))),
        upside_down=-right_answer,
        no_height=right_answer / height,
        no_steepness=steps(x - left, x - right),
        bias=steps(w * x - left, w * x - right),
    )
    yield 2
    no_loop(bump, (x, left, right, height, w), (np.tile(x, 8), left, right, height, w))


@check.question(
    points=2,
    hints=[
        ("沒有激活函數，整個網路就是 w₁x₁ + w₂x₂ + b。對稱的資料，最好的 w 是多少？", "Without an activation function the whole network is w₁x₁ + w₂x₂ + b. The data are symmetric: what is the best w?"),
        ("最好的是四個角落都輸出 0.5，每一個都差 0.5。", "The best it can do is to output 0.5 at all corners, wrong by 0.5 at each."),
    ],
    no_half=("少了前面的 ½。", "The ½ in front is missing."),
    not_mean=("這是輸出的值，或四筆的總和。成本是四筆的平均。", "That is the output, or the sum over the four samples. The cost is their mean."),
    zero=("要到 0 就得四個都對，那需要彎。", "For 0 all four must be right, and that takes a bend."),
    B=("多層線性等於一層線性，式 (3.1)：再寬再深都一樣。", "Many linear layers are one linear layer, Eq. (3.1), however wide and deep."),
    C=("多層線性等於一層線性，式 (3.1)。0 需要彎。", "Many linear layers are one linear layer, Eq. (3.1). A cost of 0 takes a bend."),
    D=("一層做得到的，多層也做得到：後面的層照抄就好。", "What one layer can do, many can too: let the later ones copy."),
)  # fmt: skip
def q2(best_cost: float, ten_layers: str) -> Marks:
    y = np.array([0, 1, 1, 0])
    X1 = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])  # the last column for the bias
    best = np.mean((X1 @ np.linalg.lstsq(X1, y)[0] - y) ** 2) / 2
    known = {"no_half": 2 * best, "not_mean": 4 * best, "zero": 0.0}
    expect_number(best_cost, best, **known)
    yield 1
    choose(ten_layers, "A", "ABCD")
