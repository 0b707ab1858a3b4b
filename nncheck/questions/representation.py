"""The questions of exercise 5, what a network can represent."""

import numpy as np

from nncheck.answers import Function, Mistake
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    agree,
    choose,
    choose_each,
    close,
    expect,
    no_loop,
    several,
)
from nncheck.parts import array_of, number_of
from nnlib.activations import logistic, relu
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
    x = rng.uniform(-1, 2, rng.integers(6, 12))
    left, right = float(rng.uniform(0, 0.4)), float(rng.uniform(0.6, 1))
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
    points=3,
    hints=[
        ("沒有激活函數，整個網路就是 wᵀx + b。最好的 w 和 b，最小平方法算得出來。", "Without an activation function the whole network is wᵀx + b. Least squares gives the best w and b."),
        ("在 `X` 右邊補一行 1，`np.linalg.lstsq` 就連偏置一起解。", "Put a column of ones beside `X`, and `np.linalg.lstsq` solves for the bias as well."),
    ],
    no_half=("少了前面的 ½。", "The ½ in front is missing."),
    total=("這是總和，成本是 N 筆的平均。", "That is the sum; the cost is the mean over the N samples."),
    no_bias=("少了偏置：直線不一定要過原點。", "The bias is missing: the line need not pass through the origin."),
    mean_only=("這是對每一筆都答平均的成本。XOR 剛好如此，別的資料可以更低。", "That is the cost of answering the mean everywhere. It happens to be right for XOR; other data allow less."),
    zero=("要到 0 就得每一筆都對，那需要彎。", "For 0 every sample must be right, and that takes a bend."),
    B=("多層線性等於一層線性，式 (3.1)：再寬再深都一樣。", "Many linear layers are one linear layer, Eq. (3.1), however wide and deep."),
    C=("多層線性等於一層線性，式 (3.1)。0 需要彎。", "Many linear layers are one linear layer, Eq. (3.1). A cost of 0 takes a bend."),
    D=("一層做得到的，多層也做得到：後面的層照抄就好。", "What one layer can do, many can too: let the later ones copy."),
)  # fmt: skip
def q2(best_linear: Function, ten_layers: str, rng: Generator) -> Marks:
    N, D = int(rng.integers(6, 12)), int(rng.integers(1, 4))
    xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0, 1, 1, 0.0])
    points = rng.normal(size=(N, D)) + 1
    for X, y in ((points, points.sum(axis=1) + rng.normal(size=N) + 2), xor):
        centered, error = X - X.mean(axis=0), y - y.mean()  # the best bias takes out the means
        best = np.mean((error - centered @ np.linalg.pinv(centered) @ error) ** 2) / 2
        expect(
            best_linear(X, y),
            best,
            no_half=2 * best,
            total=len(y) * best,
            no_bias=np.mean((y - X @ np.linalg.pinv(X) @ y) ** 2) / 2,
            mean_only=np.mean(error**2) / 2,
            zero=0.0,
        )
    yield 2
    choose(ten_layers, "A", "ABCD")


def output(x: FloatArray, b: FloatArray, v: FloatArray, c: float = 0.0) -> FloatArray:
    """Of a network with one input and a layer of ReLU whose weights on x are 1."""
    return np.asarray(relu(x[:, None] + b) @ v + c, np.float64)


def follows_curve(x: FloatArray, got: FloatArray, want: FloatArray, **mistakes: FloatArray) -> None:
    """Raise Mistake unless a network's output is the wanted one at each x."""
    for code, value in mistakes.items():
        if agree(got, value) and not agree(want, value):
            raise Mistake(code)
    far = ~close(got, want)
    if far.any():
        i = int(far.argmax())
        raise Mistake("off", x=f"{x[i]:.3g}", want=f"{want[i]:.3g}", got=f"{got[i]:.3g}")


@check.question(
    points=3,
    hints=[
        ("單元 m 在 x = −b 開始作用。折點在哪三個地方？", "A unit begins to act at x = −b. At which three places does the line bend?"),
        ("v 是斜率的改變：從 0 到 1 / (peak − left)，再到 −1 / (right − peak)，再回到 0。", "v is the change of slope: from 0 to 1 / (peak − left), then to −1 / (right − peak), then back to 0."),
    ],
    bias=("偏置的正負反了：ReLU(x + b) 在 x = −b 折。", "The biases have the wrong sign: ReLU(x + b) bends at x = −b."),
    slopes=("v 不是斜率，是斜率的改變：前面的單元還在作用。", "v is not the slope but the change of slope: the units before go on acting."),
    no_return=("過了 right 沒有停住：第三個單元要把斜率拉回 0。", "Beyond right it does not stop: the third unit has to bring the slope back to 0."),
    plateau=("到了 peak 只是走平，沒有下來。", "At peak it goes level and does not come down."),
    steep=("尖端的高度不是 1：斜率要除以底的寬度。", "The tip is not at 1: divide the slopes by the widths."),
    off=("x = {x} 的時候，網路應該輸出 {want}，你的輸出 {got}。", "At x = {x} the network must give {want}; yours gives {got}."),
)  # fmt: skip
def q3(hat: Function, rng: Generator) -> None:
    left, up, down = float(rng.uniform(-2, 1)), *map(float, rng.uniform(0.5, 2, 2))
    up, down = (up, down) if abs(up - 1) > 0.1 else (up + 0.4, down)
    peak, right = left + up, left + up + down
    b, v = several(hat(left, peak, right), 2)
    b, v = array_of(b, 3), array_of(v, 3)
    x = np.r_[left - 1, rng.uniform(left, right, 9), peak, right, right + 1, right + 2]
    bends = -np.array([left, peak, right])
    changes = np.array([1 / up, -1 / up - 1 / down, 1 / down])
    follows_curve(
        x,
        output(x, b, v),
        np.asarray(np.interp(x, [left, peak, right], [0, 1, 0]), np.float64),
        bias=output(x, -bends, changes),
        slopes=output(x, bends, np.array([1 / up, -1 / down, 0])),
        no_return=output(x, bends, changes * [1, 1, 0]),
        plateau=output(x, bends, np.array([1 / up, -1 / up, 0])),
        steep=output(x, bends, np.array([1, -2, 1])),
    )


@check.question(
    points=3,
    hints=[
        ("先算每一段的斜率，`np.diff(y) / np.diff(x)`。", "First the slope of each piece, `np.diff(y) / np.diff(x)`."),
        ("第一個單元給第一段的斜率，之後每個單元只補斜率的改變；c 是起點的高度。", "The first unit gives the first slope, each later one only the change of slope; c is the height of the start."),
    ],
    bias=("偏置的正負反了：ReLU(x + b) 在 x = −b 折。", "The biases have the wrong sign: ReLU(x + b) bends at x = −b."),
    slopes=("v 是每一段的斜率，可是前面的單元還在作用：只補斜率的改變。", "v holds the slope of each piece, but the units before go on acting: add only the change of slope."),
    rises=("除以每一段的寬度：點的間隔不一樣。", "Divide by the width of each piece: the points are not equally far apart."),
    off=("x = {x} 的時候，網路應該輸出 {want}，你的輸出 {got}。", "At x = {x} the network must give {want}; yours gives {got}."),
    no_start=("曲線的形狀對，高度不對：x₁ 的時候單元都是 0，要靠 c。", "The shape is right, the height is not: at x₁ all units are 0, and c has to give it."),
)  # fmt: skip
def q4(through: Function, rng: Generator) -> None:
    K = int(rng.integers(3, 8))
    x, y = np.cumsum(rng.uniform(0.2, 1.5, K)) - 2, rng.normal(size=K) + 1
    b, v, c = several(through(x, y), 3)
    b, v, c = array_of(b, K - 1), array_of(v, K - 1), number_of(c)
    between = np.sort(np.r_[x, rng.uniform(x[0], x[-1], 12)])
    slopes = np.diff(y) / np.diff(x)
    follows_curve(
        between,
        output(between, b, v, c),
        np.interp(between, x, y),
        bias=output(between, x[:-1], np.diff(slopes, prepend=0), y[0]),
        slopes=output(between, -x[:-1], slopes, y[0]),
        rises=output(between, -x[:-1], np.diff(np.diff(y), prepend=0), y[0]),
        no_start=output(between, -x[:-1], np.diff(slopes, prepend=0)),
    )


@check.question(
    points=4,
    hints=[
        ("每多一層，原來的每一段都各摺成 k 段：乘還是加？攤成一層，每個 ReLU 多一個折點。", "Each further layer folds every piece into k: is that a product or a sum? In one layer each ReLU adds one corner."),
        ("層數從 1 數起，用整數乘，乘到夠為止；對數會有捨入誤差。", "Count the layers from 1 and multiply whole numbers until there are enough; logarithms are rounded."),
    ],
    added=("不是相加：新的一層把前面的每一段都摺成 k 段。", "They do not add up: a new layer folds each piece that is there into k."),
    halves=("那是每層對摺（k = 2）的段數。", "That is the number for folding in half, k = 2."),
    swapped=("底數和指數對調了。", "Base and exponent are swapped."),
    corners=("攤成一層：kL 個折點，段數比折點多 1。", "In one layer: kL corners, and one more piece than corners."),
    flat_one=("單元數要相同：深的用了 kL 個，不是 k 個。", "As many units, please: the deep network has kL of them, not k."),
    ratio=("這是 n / k：那是把段數當成隨層數相加。", "This is n / k, as if pieces grew by addition."),
    rounded=("{n} 剛好是 {k} 的次方，你多算了一層：對數的捨入誤差，經過 `ceil` 就成了 1。", "{n} is exactly a power of {k}, and you need a layer too many: `ceil` turns the rounding error of a logarithm into 1."),
    strict=("剛好 {n} 段也算「{n} 段以上」：k = {k} 的時候你多算了一層。", "Exactly {n} pieces are enough for {n}; with k = {k} you need a layer too many."),
    short=("k = {k} 時，{layers} 層還不夠 {n} 段。", "With k = {k}, {layers} layers do not make {n} pieces."),
)  # fmt: skip
def q5(pieces: Function, fewest_layers: Function, rng: Generator) -> Marks:
    k, L = int(rng.integers(3, 7)), int(rng.integers(3, 6))
    L += k == L
    deep, flat = several(pieces(k, L), 2)
    expect(deep, k**L, added=k * L, halves=2**L, swapped=L**k)
    yield 1
    expect(flat, k * L + 1, corners=k * L, flat_one=k + 1)
    yield 2
    powers = [(int(base), L) for base in rng.permutation(np.arange(2, 9)) for L in (1, 2, 3, 4, 5)]
    found = {(k, L): fewest_layers(k, k**L) for k, L in powers}
    if all(np.array_equal(got, k ** (L - 1)) for (k, L), got in found.items()):
        raise Mistake("ratio")
    one_more = [(k, L) for (k, L), got in found.items() if np.array_equal(got, L + 1)]
    if one_more:
        k, L = one_more[0]
        raise Mistake("strict" if len(one_more) == len(powers) else "rounded", k=k, n=k**L)
    for k, L in powers[5:20]:
        n = k**L + int(rng.integers(1, k ** (L + 1) - k**L + 1))
        got = fewest_layers(k, n)
        if np.array_equal(got, L):
            raise Mistake("short", k=k, layers=L, n=n)
        expect(got, L + 1)
    for (_, L), got in found.items():
        expect(got, L)


@check.question(
    points=3,
    hints=[
        ("鋸齒上去、下來、再上去：斜率只有兩種，段數不只兩段。", "A zigzag goes up, down and up again: two different slopes, more than two pieces."),
        ("數的是相鄰兩格斜率不同的地方。`!=` 會把 1e-16 的捨入誤差也當成折點。", "Count the places where neighboring slopes differ. To `!=` a rounding error of 1e-16 is a corner, too."),
    ],
    todo=("程式還是原來的樣子：斜率相同的兩段，只要不相鄰就是兩段。", "The code is as it was given: two pieces with the same slope are two, unless they are neighbors."),
    kinds=("捨入誤差去掉了，但數的還是有幾種斜率：上、下、上是三段，不是兩段。", "The rounding errors are gone, but this still counts different slopes: up, down, up is three pieces, not two."),
    corners=("這是折點的個數，段數多 1。", "Those are the corners; there is one more piece."),
    exact=("一直線上的點，斜率也會差 1e-16：這樣每一格都成了一段。給比較留一點餘地。", "Along a straight line slopes differ by 1e-16, too, so that every step counts as a piece. Leave the comparison some room."),
    steps=("這是格數：同一條直線上的好幾格，只算一段。", "Those are the steps between points; several on one line are one piece."),
)  # fmt: skip
def q6(count_pieces: Function, rng: Generator) -> None:
    n, steep = int(rng.integers(5, 9)), rng.uniform(1, 3)
    slopes = np.resize([steep, -rng.uniform(1, 3), steep - 0.2], n)
    lengths = np.r_[1, rng.integers(3, 6, n - 1)]  # how many steps a piece takes
    x = np.cumsum(np.r_[0.0, rng.uniform(0.1, 0.3, lengths.sum())])
    ends = np.r_[0.0, x[np.cumsum(lengths)]]
    rises = np.diff(ends) * slopes
    y = np.interp(x, ends, np.r_[0.0, np.cumsum(rises)])
    every = np.diff(y) / np.diff(x)
    expect(
        count_pieces(x, y),
        n,
        todo=len(np.unique(every)),
        kinds=3,
        corners=n - 1,
        exact=1 + np.sum(np.diff(every) != 0),
        steps=len(x) - 1,
    )


@check.question(
    points=3,
    hints=[
        ("一個方向的 n 個凸塊要幾個單元？幾個方向？每一格一座塔，D 維有幾格？", "How many units do n bumps along one direction take, and how many directions are there? With a tower for each cell: how many cells are there in D dimensions?"),
        ("誤差和 1/n 成正比：要減半，n 變成幾倍？n^D 呢？", "The error goes as 1/n: to halve it, what happens to n, and to n^D?"),
    ],
    one_each=("一個凸塊要兩個單元，一上一下。", "A bump takes two units, a step up and a step down."),
    two_inputs=("4n 是兩個輸入的情形；輸入有 D 個。", "4n is for two inputs; here there are D."),
    own=("凸塊可以共用：同一排的塔用同一個凸塊。", "Bumps are shared: all towers of a row use the same one."),
    added=("格數不是相加：每個方向各選一段，是乘法原理。", "Cells do not add up: one interval is chosen along each direction, which multiplies."),
    swapped=("底數和指數對調了：n 選 D 次。", "Base and exponent are swapped: n choices, D times."),
    A=("那是一個輸入的情形：n 加倍，塔才加倍。", "So it is with one input, where twice n is twice the towers."),
    B=("n^D 裡的 n 加倍，不是多 2D 倍。", "If n doubles in n^D, that is not a factor of 2D."),
    D=("底數是 n 的倍數，指數才是 D。", "The factor of n is the base, and D is the exponent."),
)  # fmt: skip
def q7(towers: Function, growth: str, rng: Generator) -> Marks:
    n, D = int(rng.integers(6, 10)), int(rng.choice([3, 5]))
    first, second = several(towers(n, D), 2)
    known = {"one_each": n * D, "two_inputs": 4 * n, "own": 2 * D * n**D}
    expect(first, 2 * n * D, **known)
    yield 1
    expect(second, n**D, added=n * D, swapped=D**n)
    yield 2
    choose(growth, "C", "ABCD")


@check.question(
    points=3,
    hints=[
        ("式 (5.2) 的順序：先給 f、K、ε，才有 M 和權重。它沒有提到訓練。", "The order in Eq. (5.2): first f, K and ε, then M and the weights. Training is not mentioned."),
        ("三個條件：φ 不是多項式、K 有界（多大都行）、f 連續（有沒有尖角都行）。", "Three conditions: φ is not a polynomial, K is bounded (however large), f is continuous (with corners or without)."),
    ],
    length=("要六個字母，依序對應第 1 到 6 句，只用 Y 和 N，例如 \"YYYNNN\"。", "Give six letters, Y or N, for statements 1 to 6 in order, such as \"YYYNNN\"."),
    width=("第 1 句：M 是看了 f 和 ε 才選的，20 個未必夠。", "Statement 1: M is chosen after f and ε, and 20 may not be enough."),
    corner=("第 2 句：f 只要連續，尖角沒有關係。", "Statement 2: f only has to be continuous; corners do not matter."),
    found=("第 3 句：權重存在，定理沒說怎麼找。", "Statement 3: the weights exist; how to find them the theorem does not say."),
    outside=("第 4 句：K 外面定理什麼也沒說。", "Statement 4: outside K the theorem says nothing."),
    square=("第 5 句：平方是多項式，再寬也只是二次函數。", "Statement 5: the square is a polynomial; however wide, the sum is of degree two."),
    large=("第 6 句：很大還是有界，定理照樣成立。", "Statement 6: large is still bounded, and the theorem holds."),
)  # fmt: skip
def q8(follows: str) -> Marks:
    codes = ("width", "corner", "found", "outside", "square", "large")
    for count in choose_each(follows, "NYNNNY", "YN", codes):
        yield count / 2


@check.question(
    points=2,
    hints=[
        ("參數個數是式 (4.4)。寬度從 1 往上加，加到超過為止。", "The number of parameters is Eq. (4.4). Raise the width from 1 until it is too much."),
        ("寬度 M、L − 1 = `hidden` 層：(D + 1)M + (`hidden` − 1)(M + 1)M + (M + 1)K。", "With width M and `hidden` layers: (D + 1)M + (`hidden` − 1)(M + 1)M + (M + 1)K."),
    ],
    over=("寬度 {got} 超過預算了：它有 {P} 個參數，最多 {budget} 個。", "Width {got} is over the budget: it has {P} parameters, and {budget} are allowed."),
    under=("寬度 {got} 還不是最大的：再加 1 也在預算裡。", "Width {got} is not the greatest: one more stays within the budget."),
    no_bias=("偏置也是參數：式 (4.4) 的 +1。", "Biases are parameters, too: the +1 of Eq. (4.4)."),
    one_layer=("這是一個隱藏層的寬度：隱藏層之間還有權重。", "That is the width for one hidden layer: there are weights between hidden layers."),
)  # fmt: skip
def q9(width_for: Function, rng: Generator) -> None:
    def count(width: int, hidden: int, bias: int = 1) -> int:
        between = (hidden - 1) * (width + bias) * width
        return (D + bias) * width + between + (width + bias) * K

    def greatest(hidden: int, bias: int = 1) -> int:
        return max(width for width in range(1, budget) if count(width, hidden, bias) <= budget)

    for hidden, most, less in ((1, 40, 1), (3, 40, 1), (int(rng.integers(4, 7)), 40, 0), (2, 2, 0)):
        D, K = int(rng.integers(2, 7)), int(rng.integers(2, 6))
        budget = count(int(rng.integers(most // 2, most)), hidden) - less  # or just not enough
        got, right = width_for(budget, D, K, hidden), greatest(hidden)
        code, value = ("no_bias", greatest(1, 0)) if hidden == 1 else ("one_layer", greatest(1))
        if value != right and np.array_equal(got, value):
            raise Mistake(code)
        if np.shape(got) == () and not np.array_equal(got, right):
            guess = int(number_of(got))
            if guess > right:
                raise Mistake("over", got=guess, P=count(guess, hidden), budget=budget)
            raise Mistake("under", got=guess)
        expect(got, right)


@check.question(
    points=3,
    hints=[
        ("先只看 `validation`：對種子取平均，挑最高的那一列。", "Look at `validation` alone first: take the mean over the seeds, and choose the highest row."),
        ("再看 `test` 的那一列：平均，和 `std(ddof=1) / sqrt(種子數)`。", "Then look at that row of `test`: its mean, and `std(ddof=1) / sqrt(number of seeds)`."),
    ],
    leak=("你照測試集挑，測試集就不再是沒看過的資料了。", "You chose by the test data, which are then no longer unseen."),
    lucky=("你照最好的那個種子挑。種子是運氣，要比平均。", "You chose by the best single seed. Seeds are luck; compare means."),
    unlucky=("你照最差的那個種子挑。要比平均。", "You chose by the worst single seed. Compare means."),
    optimistic=("這是驗證集上的平均。挑過的數字偏高，要報測試集的。", "That is the mean on the validation data. A number that was chosen by is too high; report the test."),
    best_seed=("要報所有種子的平均，不是最好的那一個。", "Report the mean over the seeds, not the best of them."),
    spread=("這是單次結果的標準差；平均的標準誤還要除以 √R。", "That is the standard deviation of a single run; divide by √R for the error of the mean."),
    population=("種子是樣本：標準差用 `ddof=1`。", "The seeds are a sample: use `ddof=1`."),
)  # fmt: skip
def q10(select: Function, rng: Generator) -> Marks:
    S, R = int(rng.integers(4, 8)), int(rng.integers(3, 7))
    while True:  # until each wrong way of choosing chooses another row
        validation, test = rng.uniform(0.6, 0.95, (2, S, R))
        means = validation.mean(axis=1)
        rows = {
            "right": int(means.argmax()),
            "leak": int(test.mean(axis=1).argmax()),
            "lucky": int(validation.max(axis=1).argmax()),
            "unlucky": int(validation.min(axis=1).argmax()),
        }
        if len({*rows.values()}) == len(rows):
            break
    row, mean, error = several(select(validation, test), 3)
    best = rows.pop("right")
    expect(row, best, **rows)
    yield 1
    optimistic, best_seed = means[best], test[best].max()
    expect(mean, test[best].mean(), optimistic=optimistic, best_seed=best_seed)
    yield 2
    deviation = test[best].std(ddof=1)
    expect(error, deviation / R**0.5, spread=deviation, population=test[best].std() / R**0.5)
