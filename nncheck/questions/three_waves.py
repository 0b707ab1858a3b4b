"""The questions of exercise 1, three waves of AI."""

from collections.abc import Callable
from itertools import combinations, pairwise, product
from math import comb, perm, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from nncheck.answers import Function, Missing, Mistake, Unknown, named, numbers
from nncheck.checking import (
    Exercise,
    Generator,
    Marks,
    agree,
    choose,
    expect,
    lengths,
    passing_over,
    several,
)
from nncheck.parts import number_of
from nnlib.checks import FloatArray, IntArray

check = Exercise("exercises/01-three-waves")


@check.question(
    points=4,
    hints=[
        ("兩條規則先合併成一條，再拿這一條和第三條合併，一條一條加進來。", "Combine two rules into one, then that one with the third, and so on, one after the other."),
        ("x + y − xy 就是 1 − (1 − x)(1 − y)：合併之後還不信的，是 x 不信的那一份裡，y 也不信的那一份。", "x + y − xy is 1 − (1 − x)(1 − y): what stays in doubt is the share of the doubt left by x that y leaves in doubt too."),
        ("`rules_needed`：n 條規則之後，還不信的是 (1 − c) 的 n 次方。n 從 1 開始，一條一條加，到夠了為止。", "`rules_needed`: after n rules the doubt is (1 − c) to the power n. Start with one rule and add another until it is enough."),
    ],
    total=("`certainty`：直接相加會超過 1，而且第二條規則只能說服還不信的那一份。", "`certainty`: a plain sum goes beyond 1. The second rule can only convince the part that is still in doubt."),
    capped=("`certainty`：相加、超過 1 就當成 1，兩條普通的規則就「完全確定」了。", "`certainty`: with a sum that is cut off at 1, a few middling rules make it certain."),
    maximum=("`certainty`：只取最大的，第二條規則就白說了：兩條都說是，該比一條更有把握。", "`certainty`: the largest alone ignores the other rules. Two that agree must give more confidence than one."),
    product=("`certainty`：相乘會越乘越小：多一條規則說是，把握反而變少。", "`certainty`: a product shrinks, so each rule in favor would make it less certain."),
    mean=("`certainty`：取平均，加進一條弱的規則，把握就變少了。", "`certainty`: with a mean, a weak rule in favor would make it less certain."),
    first_two=("`certainty`：只合併了前兩條，後面還有。", "`certainty`: only the first two are combined; there are more."),
    all_at_once=("`certainty`：兩條規則是對的；三條以上，重疊的不只是全部相乘的那一份。一條一條合併。", "`certainty`: right for two rules. With more, what overlaps is not just the product of all. Combine them one by one."),
    doubt=("`certainty`：這是還不信的那一份，要用 1 去減。", "`certainty`: that is the doubt that is left; take it from 1."),
    divided=("`rules_needed`：把握不是相加的，每一條只說服還不信的那一份。", "`rules_needed`: certainties do not add up; each rule convinces a part of the doubt that is left."),
    one_less=("`rules_needed`：差一條：這麼多條還不到 {goal:.3f}。", "`rules_needed`: one short: so many do not reach {goal:.3f} yet."),
    one_more=("`rules_needed`：多了一條，少一條就夠了。", "`rules_needed`: one too many; one fewer is enough."),
    not_whole=("`rules_needed`：算式對，但規則是一條一條的，要整數。", "`rules_needed`: the formula is right, but rules come whole."),
)  # fmt: skip
def q1(certainty: Function, rules_needed: Function, rng: Generator) -> Marks:
    for n in (2, int(rng.integers(3, 6))):
        x = rng.uniform(0.52, 0.75, n)  # two of them are more than 1
        want = 0.0
        for each in x:
            want = want + float(each) - want * float(each)
        expect(
            certainty(tuple(map(float, x))),
            want,
            total=x.sum(),
            maximum=x.max(),
            product=x.prod(),
            mean=x.mean(),
            doubt=1 - want,
            capped=min(1.0, x.sum()),
            first_two=x[0] + x[1] - x[0] * x[1],
            all_at_once=x.sum() - x.prod(),
        )
        yield 1 if n == 2 else 2
    while True:  # whatever is rounded up has room, and no mistake is right by chance
        c, goal = (float(each) for each in rng.uniform((0.15, 0.9), (0.5, 0.99)))
        right = next(n for n in range(1, 100) if 1 - (1 - c) ** n >= goal)
        exact = np.log(1 - goal) / np.log(1 - c)
        if 0.1 < right - exact < 0.9 and abs(np.ceil(goal / c) - right) > 1:
            break
    expect_count(rules_needed(c, goal), right, exact, goal / c, goal)


@passing_over
def expect_count(got: Any, right: int, exact: float, divided: float, goal: float) -> None:
    known: dict[str, tuple[float, ...]] = {
        "divided": (divided, np.ceil(divided), np.floor(divided)),
        "not_whole": (exact,),
        "one_less": (right - 1,),
        "one_more": (right + 1,),
    }
    count = numbers_or_none(got)
    for code, values in known.items():
        if count is not None and count.size == 1 and np.isclose(count.item(), values).any():
            raise Mistake(code, goal=goal)
    expect(got, right)


def numbers_or_none(got: Any) -> FloatArray | None:
    """A value as numbers, if it is made of them."""
    try:
        return numbers(got)
    except (TypeError, ValueError):
        return None


@check.question(
    points=4,
    hints=[
        ("先把給的事實放進一個集合 `known`。一條規則，條件全部在 `known` 裡，結論就放進去。", "Put the given facts into a set `known`. If all conditions of a rule are in `known`, its conclusion goes in too."),
        ("放進一個新的事實，前面看過的規則可能又用得上。從頭再看一遍，看到整遍都沒有新的為止。", "A new fact may let a rule act that was passed before. Go through all of them again, until a whole pass adds nothing."),
        ("`adding_rule`：規則只會放東西進 `known`，從不拿出來。", "`adding_rule`: rules put things into `known`; nothing takes them out."),
    ],
    given_only=("這是給的事實，一條規則也還沒用。", "These are the given facts; no rule has been used."),
    derived_only=("給的事實也要算在裡面。", "The given facts belong to it too."),
    one_pass=("規則只看了一遍。後來才知道的事，會讓前面的規則派上用場：再看一遍。", "That goes through the rules once. What is learned later lets earlier rules act: go through them again."),
    first=("用了一條規則就停了。", "It stops after the first rule that acts."),
    some=("條件要全部成立，不是有一個就好。", "All conditions of a rule must hold; one of them is not enough."),
    backward=("方向反了：從結論推不回條件。地上濕了，不一定是下雨。", "That is the wrong way: a conclusion does not prove its conditions. The street may be wet without rain."),
    all_heads=("沒有看條件，每條規則的結論都收進來了。", "The conditions are not looked at: it takes in the conclusion of every rule."),
    repeated=("同一個事實列了不只一次。", "A fact is listed more than once."),
    as_set=("傳回的是集合（set）。用 `sorted(…)` 把它變成串列。", "That returns a set. Make a list of it with `sorted(…)`."),
    missing=("{fact} 推得出來，你的結果裡卻沒有。", "{fact} follows from the rules, and your result lacks it."),
    extra=("{fact} 推不出來，你的結果裡卻有。", "{fact} does not follow from the rules, and your result has it."),
    B=("想想企鵝：加了「企鵝不會飛」，「會飛」有不見嗎？", "Think of the penguin: once \"penguins do not fly\" was added, did \"flies\" disappear?"),
    C=("規則有沒有用要看事實，可是不管哪一種，都不會有東西不見。", "Whether a rule acts depends on the facts, but in no case does anything disappear."),
    D=("條件不成立的規則，加了也沒有新的事實。", "A rule whose conditions do not hold adds nothing new."),
)  # fmt: skip
def q2(chain: Function, adding_rule: str, rng: Generator) -> Marks:
    for upward in (True, False):
        facts, rules = knowledge(rng, upward)
        given, all_that_follow = set(facts), closed(set(facts), rules)
        known = {
            "given_only": given,
            "derived_only": all_that_follow - given,
            "some": closed(given, rules, any),
            "backward": given | {each for p, q, head in rules if head in given for each in (p, q)},
            "all_heads": given | {head for *_, head in rules},
        }
        new = [head for p, q, head in rules if {p, q} <= given and head not in given]
        known |= {"first": given | {new[0]}, "one_pass": once(given, rules)}
        expect_facts(chain(facts, rules), all_that_follow, known)
        yield 3 - upward
    choose(adding_rule, "A", "ABCD")


Rule = tuple[str, str, str]  # two conditions and a conclusion


def knowledge(rng: Generator, upward: bool) -> tuple[tuple[str, ...], tuple[Rule, ...]]:
    """Facts and rules; in their order one pass is enough if it is upward, and else it is not."""
    depth = int(rng.integers(3, 6))
    names = [str(each) for each in rng.permutation(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))]
    a, b, c, side, no, never, later, cause, dark, odd, lost, *steps = names[: 11 + depth]
    ladder = [(a, b, steps[0])]
    for low, high in pairwise(steps):
        ladder.append((low, str(rng.choice([a, b, c])), high))
    rules = ladder if upward else ladder[::-1]
    others = [(b, c, side), (b, no, never), (never, a, later), (cause, no, a), (dark, c, odd)]
    for each in (*others, (dark, no, lost), (steps[-1], c, steps[0])):
        rules.insert(int(rng.integers(len(rules) + 1)), each)
    return tuple(str(each) for each in rng.permutation([a, b, c])), tuple(rules)


def closed(facts: set[str], rules: tuple[Rule, ...], of: Callable[[Any], bool] = all) -> set[str]:
    """All that follows: facts are added one at a time, until no rule has a new one."""
    new = {head for *body, head in rules if of(each in facts for each in body)} - facts
    return closed(facts | {min(new)}, rules, of) if new else facts


def once(facts: set[str], rules: tuple[Rule, ...]) -> set[str]:
    for p, q, head in rules:
        facts = facts | {head} if {p, q} <= facts else facts
    return facts


@passing_over
def expect_facts(got: Any, want: set[str], mistakes: dict[str, set[str]]) -> None:
    if isinstance(got, Unknown) and got in ("set", "frozenset"):
        raise Mistake("as_set")
    if not isinstance(got, tuple) or not all(type(each) is str for each in got):
        mistake = Mistake("type", kind=("由文字組成的串列", "a list of texts"), got=named(got))
        mistake.about = got
        raise mistake
    found = set(got)
    for code, facts in mistakes.items():
        if found == facts != want:
            raise Mistake(code)
    for code, facts in {"missing": want - found, "extra": found - want}.items():
        if facts:
            raise Mistake(code, fact=min(facts))
    if len(got) > len(found):
        raise Mistake("repeated")


@check.question(
    points=4,
    hints=[
        ("想像一百萬個人。有病的有幾個，其中幾個陽性？沒病的有幾個，其中幾個陽性？", "Imagine a million people. How many are ill, and how many of these test positive? How many are well, and how many of those test positive?"),
        ("陽性的人裡有病的比例：prior·hit 除以（prior·hit + (1 − prior)·alarm）。", "The share of the ill among those who test positive: prior·hit divided by (prior·hit + (1 − prior)·alarm)."),
        ("`after`：有病的人 n 次都陽性，機率是 hit 的 n 次方；沒病的人呢？或者把第一次的答案當成第二次的 prior。", "`after`: an ill person tests positive all n times with probability hit to the power n. And one who is well? Or let the answer of the first test be the prior of the second."),
    ],
    sensitivity=("`after_one`：這是「有病的人，陽性的機率」。問的是反過來：陽性的人，有病的機率。", "`after_one`: that is how likely the ill are to test positive. Asked is the reverse: how likely those who test positive are to be ill."),
    joint=("`after_one`：這是「有病而且陽性」占所有人的比例。還要除以陽性的人的比例。", "`after_one`: that is the share of everybody who is ill and positive. Divide it by the share who are positive."),
    no_prior=("`after_one`：沒有用到 prior。沒病的人多得多，其中的一小部分也很多。", "`after_one`: the prior is not used. The well are many more, and a small part of many is a lot."),
    complement=("`after_one`：alarm 就是沒病卻陽性的機率，不用再拿 1 去減。", "`after_one`: alarm already is the probability that the well test positive; do not take it from 1."),
    healthy=("`after_one`：這是陽性卻沒病的機率。", "`after_one`: that is the probability of being well in spite of it."),
    everyone=("`after_one`：誤報只發生在沒病的人身上，要乘以 1 − prior。", "`after_one`: false alarms happen to the well alone: multiply by 1 − prior."),
    odds=("`after_one`：這是有病和沒病的比，不是有病占全部陽性的比例。", "`after_one`: that is the ratio of ill to well; asked is the share of the ill among all who test positive."),
    unchanged=("`after_one`：這是檢驗之前的機率，檢驗的結果還沒用到。", "`after_one`: that is the probability before the test; its result is not used."),
    once=("`after`：沒有用到 n：這是一次陽性之後的機率。", "`after`: n is not used: that is the probability after one positive test."),
    power=("`after`：一次之後的機率不能直接乘 n 次：陽性越多次，應該越像有病，這個卻越乘越小。", "`after`: do not take the answer for one test to the power n. More positive tests must make illness more likely, and this shrinks."),
    at_least_one=("`after`：每一次檢驗不是重新抽一個人。第二次的 prior，是第一次的答案。", "`after`: the tests do not each draw a new person. The prior of the second is the answer of the first."),
    only_ill=("`after`：沒病的人也要 n 次都誤報。", "`after`: the well, too, must test positive all n times."),
    only_well=("`after`：有病的人也要 n 次都陽性。", "`after`: the ill, too, must test positive all n times."),
    A=("第二次不是獨立的：第一次會誤報的人，第二次一定也誤報。", "The second test is not independent: whoever had a false alarm has it again."),
    C=("第二次的結果早就知道了，沒有帶來新的消息，機率動也不動。", "The second result was known beforehand. It says nothing new, and the probability does not move at all."),
    D=("第二次陽性沒有帶來新的消息，可是第一次的還在。", "The second positive says nothing new, but the first one still counts."),
)  # fmt: skip
def q3(after_one: Function, after: Function, same_cause: str, rng: Generator) -> Marks:
    prior, hit, alarm = (float(x) for x in rng.uniform((0.01, 0.8, 0.05), (0.1, 0.97, 0.2)))
    n = int(rng.integers(2, 5))
    ill, well = 1e6 * prior, 1e6 * (1 - prior)  # in a million people

    def share(times_ill: int, times_well: int) -> float:
        return ill * hit**times_ill / (ill * hit**times_ill + well * alarm**times_well)

    one = share(1, 1)
    expect(
        after_one(prior, hit, alarm),
        one,
        sensitivity=hit,
        joint=prior * hit,
        no_prior=hit / (hit + alarm),
        complement=prior * hit / (prior * hit + (1 - prior) * (1 - alarm)),
        healthy=1 - one,
        everyone=prior * hit / (prior * hit + alarm),
        odds=one / (1 - one),
        unchanged=prior,
    )
    yield 2
    expect(
        after(prior, hit, alarm, n),
        share(n, n),
        once=one,
        power=one**n,
        at_least_one=1 - (1 - one) ** n,
        only_ill=share(n, 1),
        only_well=share(1, n),
    )
    yield 3
    choose(same_cause, "B", "ABCD")


@check.question(
    points=4,
    hints=[
        ("從 k = 1、2、3 寫起，把每一列都列出來，數數看，再找規律。", "Begin with k = 1, 2, 3, write out every line and count; then look for the pattern."),
        ("`n_rules`：一條規則要是只提不到 m 個特徵，有 m 個特徵之前它就動了。所以每條規則剛好挑 m 個特徵。", "`n_rules`: a rule that names fewer than m features would act before there are m. So each rule picks exactly m of them."),
        ("`beyond`：權重固定，「有」一個特徵不是把 z 推高，就是把 z 拉低，和其他特徵無關。哪一張表做不到？", "`beyond`: with fixed weights, a feature either raises z or lowers it, whatever the others are. Which table is not like that?"),
    ],
    doubled=("`n_rows`：每多一個特徵，列數是乘以 2，不是加 2。", "`n_rows`: each further feature multiplies the number of lines by 2; it does not add 2."),
    squared=("`n_rows`：k 的平方是兩個特徵配對的數目。每個特徵各有兩種可能，一共乘幾次 2？", "`n_rows`: k squared counts pairs of features. Each of them has two possibilities: how many times is 2 multiplied?"),
    none_counts=("`n_rows`：全部都「沒有」也是一列。", "`n_rows`: the line where no feature is there counts too."),
    no_bias=("`n_weights`：少了偏置。", "`n_weights`: the bias is missing."),
    two_each=("`n_weights`：有和沒有共用一個權重：沒有的時候輸入是 0。", "`n_weights`: \"there\" and \"not there\" share a weight, since the input is 0 in the second case."),
    rows=("`n_rules`：那是表裡輸出 1 的列數。一條規則不必提到每個特徵：條件只有 m 個的規則，超過 m 個時也會動。", "`n_rules`: that counts the lines of the table with output 1. A rule need not name every feature: one with m conditions acts as well when there are more."),
    ordered=("`n_rules`：同樣的 m 個特徵，換個次序還是同一條規則。", "`n_rules`: the same m features in another order are the same rule."),
    power=("`n_rules`：同一個特徵不必提兩次，次序也不算。", "`n_rules`: no feature is named twice, and their order does not count."),
    times=("`n_rules`：k 和 m 不是相乘。從 k 個裡挑 m 個，有幾種挑法？", "`n_rules`: not k times m. In how many ways can m of k features be picked?"),
    A=("權重都取 1，偏置取 −2.5，「至少三個」就做到了。", "All weights 1 and the bias −2.5, and \"at least three\" is done."),
    B=("第一個的權重取 1，第二個取 −1，偏置取 −0.5，就做到了。", "Weight 1 for the first, −1 for the second, bias −0.5, and it is done."),
    D=("第一個的權重取 k − 1，其他都取 1，偏置取 1.5 − k，就做到了。", "Weight k − 1 for the first, 1 for each of the others, bias 1.5 − k, and it is done."),
)  # fmt: skip
def q4(
    n_rows: Function, n_weights: Function, n_rules: Function, beyond: str, rng: Generator
) -> Marks:
    k = int(rng.integers(5, 10))
    m = int(rng.integers(3, k - 1))
    expect(
        n_rows(k),
        len(list(product([0, 1], repeat=k))),
        doubled=2 * k,
        squared=k**2,
        none_counts=2**k - 1,
    )
    yield 1
    expect(n_weights(k), k + 1, no_bias=k, two_each=2 * k + 1)
    yield 2
    expect(
        n_rules(k, m),
        len(list(combinations(range(k), m))),
        rows=sum(comb(k, j) for j in range(m, k + 1)),
        ordered=perm(k, m),
        power=k**m,
        times=k * m,
    )
    yield 3
    choose(beyond, "C", "ABCD")


@check.question(
    points=4,
    hints=[
        ("對每一筆算它到新的點的距離：各特徵的差平方、加起來、開根號。不開根號，遠近的次序也一樣。", "For each sample compute its distance from the new point: square the difference in each feature, add up, take the root. Without the root, the order is the same."),
        ("`np.argsort(distances)[:k]` 是最近的 k 筆的號碼。它們的標籤裡，哪一個最多？", "`np.argsort(distances)[:k]` are the numbers of the k nearest samples. Which label do most of them have?"),
    ],
    farthest=("你問的是最遠的 k 筆，要問最近的。", "You ask the k farthest samples; ask the nearest."),
    nearest_one=("只聽了最近的一筆，沒有用到 k。", "Only the nearest sample has a vote; k is not used."),
    one_less=("只有 k − 1 筆投票。", "Only k − 1 samples vote."),
    one_more=("多了一筆：k + 1 筆投票。", "One too many: k + 1 samples vote."),
    everyone=("每一筆都投票了，答案就和新的點在哪裡無關。", "All samples vote, so the answer does not depend on where the new point is."),
    signed=("差要先平方再相加，不然一個特徵大、另一個小，正負就抵消了。", "Square the differences before you add them; else too large in one feature and too small in another cancel."),
    one_feature=("距離只用到第一個特徵。", "The distance uses the first feature alone."),
    city=("這是各特徵差的絕對值相加。這裡要直線距離：平方、相加、開根號。", "That adds up the absolute differences. Here it is the straight-line distance: square, add, take the root."),
    mean=("標籤是類別的號碼，不能平均：0 和 2 的中間不是類別 1。", "Labels are names of classes and have no mean: halfway between 0 and 2 is not class 1."),
    index=("這是最近那一筆的號碼。要的是類別。", "That is the number of the nearest sample; asked is a class."),
    A=("距離是各特徵的差平方相加；其中一個大了一千倍，距離就變了，次序也會變。", "The distance adds up squared differences. Make one of them a thousand times as large, and distances change, and their order with them."),
    B=("反過來：數字變大的特徵，在距離裡占的份量也變大。", "The other way round: the feature whose numbers grew counts for more in the distance."),
    D=("k 是幾筆投票，不會變。變的是誰比較近。", "k is how many vote and does not change. What changes is who is near."),
)  # fmt: skip
def q5(vote: Function, units: str, rng: Generator) -> Marks:
    k = int(rng.integers(4, 8))
    classes = int(rng.integers(3, 5))
    while True:  # each mistake gives other answers
        N, D = int(rng.integers(18, 25)), int(rng.integers(2, 5))
        labels = rng.permutation(np.arange(N) % classes)
        X = rng.normal(size=(N, D))
        points = rng.normal(size=(60, D))
        points = points[~tied(distances(X, points), labels, k)][:12]
        far = distances(X, points)
        answers = votes(far, labels, k)
        mistakes = {
            "farthest": votes(-far, labels, k),
            "nearest_one": votes(far, labels, 1),
            "one_less": votes(far, labels, k - 1),
            "one_more": votes(far, labels, k + 1),
            "everyone": votes(far, labels, N),
            "signed": votes((X - points[:, None]).sum(axis=2), labels, k),
            "one_feature": votes(np.abs(X[:, 0] - points[:, :1]), labels, k),
            "city": votes(np.abs(X - points[:, None]).sum(axis=2), labels, k),
            "mean": labels[far.argsort(axis=1)[:, :k]].mean(axis=1),
            "index": far.argmin(axis=1),
        }
        if not any(agree(p, q) for p, q in combinations([answers, *mistakes.values()], 2)):
            break
    expect_votes([vote(X, labels, point, k) for point in points], answers, mistakes)
    yield 3
    choose(units, "C", "ABCD")


def distances(X: FloatArray, points: FloatArray) -> FloatArray:
    far: FloatArray = np.linalg.norm(X - points[:, None], axis=2)
    return far


def counts(far: FloatArray, labels: IntArray, k: int) -> IntArray:
    """For each point, how many of its k nearest have which label."""
    nearest = labels[far.argsort(axis=1)[:, :k]]
    return np.array([np.bincount(each, minlength=labels.max() + 1) for each in nearest])


def votes(far: FloatArray, labels: IntArray, k: int) -> IntArray:
    return np.array([np.argmax(each) for each in counts(far, labels, k)])


def tied(far: FloatArray, labels: IntArray, k: int) -> npt.NDArray[np.bool_]:
    return np.array([(each == each.max()).sum() > 1 for each in counts(far, labels, k)])


def expect_votes(results: list[Any], want: IntArray, mistakes: dict[str, npt.NDArray[Any]]) -> None:
    missing = [each for each in results if isinstance(each, Missing)]
    if missing:
        missing[0].pass_over()
        return
    given = np.array([one(each) for each in results])
    for code, wrong in mistakes.items():
        if agree(given, wrong):
            raise Mistake(code)
    for result, label in zip(results, want, strict=True):
        expect(result, label)


def one(result: Any) -> float:
    """A result as a number, or a Mistake about it."""
    try:
        return number_of(result)
    except Mistake as mistake:
        mistake.about = result
        raise


@check.question(
    points=4,
    hints=[
        ("兩個圈差在哪裡？不是左右，也不是上下，是離中心多遠。", "What tells the rings apart? Not left or right, nor up or down, but how far from the center."),
        ("`ring_feature`：離中心的距離平方，x₁² + x₂²。不開根號也分得開。", "`ring_feature`: the squared distance from the center, x₁² + x₂². It works with and without the root."),
        ("`ring_neuron`：門檻放在兩個圈的特徵值中間。特徵是 r² 的話，門檻也要在 inner² 和 outer² 之間；b 是負的門檻。", "`ring_neuron`: put the threshold between the values of the two rings. If the feature is r², it lies between inner² and outer²; b is minus the threshold."),
    ],
    per_column=("`ring_feature`：每一筆要一個數，你給了兩個。把它們加起來？", "`ring_feature`: one number for each sample; yours has two. Add them up?"),
    constant=("`ring_feature`：每一筆的特徵都一樣，什麼也分不開。", "`ring_feature`: it is the same for every sample and tells nothing apart."),
    linear=("`ring_feature`：把 x₁ 和 x₂ 加加減減，還是一條直線在切，切不開圈。", "`ring_feature`: adding and subtracting x₁ and x₂ is still cutting with a straight line, and no line parts the rings."),
    one_axis=("`ring_feature`：只看一個座標。在圈的頂端和底端，x₁ 都在 0 附近。", "`ring_feature`: it looks at one coordinate. At the top and the bottom of either ring, x₁ is near 0."),
    city=("`ring_feature`：絕對值相加，畫出來是菱形，不是圓：內圈的斜角會混進外圈。", "`ring_feature`: the sum of absolute values draws a diamond and not a circle: diagonals of the inner ring look like the outer one."),
    box=("`ring_feature`：取較大的座標，畫出來是正方形，不是圓：外圈的斜角會混進內圈。", "`ring_feature`: the larger coordinate draws a square and not a circle: diagonals of the outer ring look like the inner one."),
    product=("`ring_feature`：x₁ 乘 x₂ 在兩條軸上都是 0，兩個圈在那裡就一樣了。", "`ring_feature`: x₁ times x₂ is 0 on both axes, where the two rings then look alike."),
    difference=("`ring_feature`：平方相減的話，斜的方向都變成 0。要相加。", "`ring_feature`: the difference of squares is 0 along the diagonals. Add them."),
    overlap=("`ring_feature`：兩個圈的值混在一起：內圈從 {a:.2f} 到 {b:.2f}，外圈從 {c:.2f} 到 {d:.2f}。", "`ring_feature`: the values of the rings overlap: the inner one has {a:.2f} to {b:.2f}, the outer one {c:.2f} to {d:.2f}."),
    all_outer=("`ring_neuron`：每一筆都說是外圈。門檻和特徵，是不是一個用半徑、一個用半徑的平方？", "`ring_neuron`: it calls every sample outer. Is one of threshold and feature a radius and the other its square?"),
    all_inner=("`ring_neuron`：每一筆都說是內圈。b 的正負號對嗎？門檻和特徵，用的是同一個量嗎？", "`ring_neuron`: it calls every sample inner. Is the sign of b right, and is the threshold of the same kind as the feature?"),
    inverted=("`ring_neuron`：內外相反了：z 在外圈要大於 0。", "`ring_neuron`: inner and outer are swapped: z must be above 0 on the outer ring."),
    wrong_side=("`ring_neuron`：{got} 筆裡有 {count} 筆分錯。門檻要在兩個圈之間。", "`ring_neuron`: {count} of {got} samples are on the wrong side. The threshold belongs between the rings."),
)  # fmt: skip
def q6(ring_feature: Function, ring_neuron: Function, rng: Generator) -> Marks:
    inner = float(rng.uniform(6, 9))
    outer = inner * float(rng.uniform(1.25, 1.35))
    X, outside = rings(rng, inner, outer)
    feature = ring_feature(X)
    expect_feature(feature, X, outside)
    yield 2
    w, b = several(ring_neuron(inner, outer), 2)
    expect_sides(feature, w, b, outside)


def rings(rng: Generator, inner: float, outer: float) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Samples on two rings, in all the directions that matter, and which of them are outside."""
    angles = np.concatenate([np.arange(8) * np.pi / 4, rng.uniform(0, 7, int(rng.integers(8, 15)))])
    outside = rng.permutation(np.repeat([False, True], len(angles)))
    phi = np.empty(len(outside))
    phi[outside], phi[~outside] = rng.permutation(angles), rng.permutation(angles)
    r = np.where(outside, outer, inner) * rng.uniform(0.98, 1.02, len(phi))
    return np.column_stack([r * np.cos(phi), r * np.sin(phi)]), outside


@passing_over
def expect_feature(got: Any, X: FloatArray, outside: npt.NDArray[np.bool_]) -> None:
    f = numbers_or_none(got)
    if f is not None and f.shape == X.shape:
        raise Mistake("per_column")
    if f is None or f.size != len(X) or not np.isfinite(f).all():
        expect(got, np.zeros(len(X)))
    f = np.ravel(numbers(got))
    x1, x2 = X.T
    known = {
        "linear": (x1 + x2, x1 - x2, x2 - x1, (x1 + x2) / 2),
        "one_axis": (x1, x2, x1**2, x2**2, np.abs(x1), np.abs(x2)),
        "city": (np.abs(x1) + np.abs(x2),),
        "box": (np.maximum(np.abs(x1), np.abs(x2)),),
        "product": (x1 * x2, np.abs(x1 * x2), (x1 * x2) ** 2),
        "difference": (x1**2 - x2**2, x2**2 - x1**2, np.abs(x1**2 - x2**2)),
    }
    for code, features in known.items():
        if any(agree(f, each) for each in features):
            raise Mistake(code)
    if np.ptp(f) < 1e-9:
        raise Mistake("constant")
    a, b, c, d = f[~outside].min(), f[~outside].max(), f[outside].min(), f[outside].max()
    if a <= d and c <= b:
        raise Mistake("overlap", a=a, b=b, c=c, d=d)


@passing_over
def expect_sides(feature: Any, w: Any, b: Any, outside: npt.NDArray[np.bool_]) -> None:
    z = one(w) * np.ravel(numbers(feature)) + one(b)
    says = z > 0
    if (says == outside).all():
        return
    if (says != outside).all():
        raise Mistake("inverted")
    if says.all() or not says.any():
        raise Mistake("all_outer" if says.all() else "all_inner")
    raise Mistake("wrong_side", count=int((says != outside).sum()), got=len(z))


@check.question(
    points=3,
    hints=[
        ("先看一個單元：輸入有幾個，就乘幾次；乘完相加，再加上偏置，一共加幾次？", "Begin with one unit: as many multiplications as inputs. Then the products are added up, and the bias is added: how many additions?"),
        ("從 D 個輸入到 M 個單元的一層，乘 D·M 次、加 D·M 次。把相鄰的每一對 `sizes` 都算進去。", "A layer from D inputs to M units multiplies D·M times and adds D·M times. Do it for every pair of neighbors in `sizes`."),
        ("`seconds`：一張影像要 3 × `operations(sizes)` 次，乘上張數，再除以一秒做得了幾次。", "`seconds`: an image takes 3 × `operations(sizes)`; times the number of images, divided by how many are done in a second."),
    ],
    multiplications=("`operations`：只算了乘法，加法也要算。", "`operations`: that counts multiplications alone; additions count too."),
    no_bias=("`operations`：D 個乘積相加是 D − 1 次，再加偏置，是 D 次。", "`operations`: adding up D products takes D − 1 additions, and the bias one more: D."),
    bias_multiplied=("`operations`：偏置只要加，不用乘。", "`operations`: the bias is added, and multiplied by nothing."),
    parameters=("`operations`：這是參數的個數。", "`operations`: that is the number of parameters."),
    no_last=("`operations`：少了最後一層。", "`operations`: the last layer is missing."),
    no_first=("`operations`：少了第一層，最大的往往就是它。", "`operations`: the first layer is missing, often the largest one."),
    first_to_last=("`operations`：每一層接的是前一層，不是都接輸入。", "`operations`: each layer takes its inputs from the layer before, not all from the input."),
    added=("`operations`：每個單元都看每個輸入，兩層的寬度是相乘，不是相加。", "`operations`: every unit sees every input, so the widths of two layers are multiplied, not added."),
    product=("`operations`：各層的工作是相加，不是全部相乘。", "`operations`: the work of the layers adds up; sizes of all layers are not multiplied together."),
    forward_only=("`seconds`：訓練一張影像，要前向的三倍。", "`seconds`: to train on an image takes three times the forward pass."),
    one_image=("`seconds`：還要乘上影像的張數。", "`seconds`: multiply by the number of images."),
    inverse=("`seconds`：上下顛倒了：做得越快，時間越短。", "`seconds` is upside down: the faster the machine, the shorter the time."),
)  # fmt: skip
def q7(operations: Function, seconds: Function, rng: Generator) -> Marks:
    for depth in (2, int(rng.integers(3, 5))):
        known: dict[str, float] = {}
        while len({*known.values()}) < 10:  # draw until each mistake gives another number
            sizes = tuple(int(n) for n in rng.permutation(np.arange(3, 40))[: depth + 1])
            units, total = sum(sizes[1:]), by_hand(sizes)
            known = {
                "right": total,
                "multiplications": total / 2,
                "no_bias": total - units,
                "bias_multiplied": total + units,
                "parameters": sum((D + 1) * M for D, M in pairwise(sizes)),
                "no_last": by_hand(sizes[:-1]),
                "no_first": by_hand(sizes[1:]),
                "first_to_last": 2 * sizes[0] * units,
                "product": 2 * prod(sizes),
                "added": sum(map(sum, pairwise(sizes))),
            }
        expect(operations(sizes), known.pop("right"), **known)
    yield 2
    images, speed = int(rng.integers(1000, 60000)), float(rng.uniform(1e5, 1e7))
    want = 3 * total * images / speed
    expect(
        seconds(sizes, images, speed),
        want,
        forward_only=want / 3,
        one_image=want / images,
        inverse=1 / want,
    )


def by_hand(sizes: tuple[int, ...]) -> int:
    """Every multiplication and addition, unit by unit."""
    count = 0
    for D, M in pairwise(sizes):
        for _ in range(M):
            count += D + (D - 1) + 1  # products, their sum, the bias
    return count


@check.question(
    points=3,
    hints=[
        ("兩件事，分開做：先替每一筆找最近的中心，全部找完，再移中心。", "Two things, one after the other: first find the nearest center of every sample, and when all are found, move the centers."),
        ("中心 j 移到屬於它的那些筆的平均，`X[nearest == j].mean(axis=0)`；一筆也沒有的，留在原地。", "Center j moves to the mean of its samples, `X[nearest == j].mean(axis=0)`; one without any stays where it is."),
    ],
    numbers_of=("這是每一筆屬於哪個中心。題目要新的中心。", "That is the center each sample belongs to. The question asks for the new centers."),
    everything=("每個中心都移到全部的平均了。各自的平均，只算屬於它的那幾筆。", "Every center moved to the mean of all samples. Each has its own: that of the samples that belong to it."),
    total=("這是總和，要除以筆數。", "That is the sum; divide it by the number of samples."),
    with_center=("舊的中心不是資料，不要算進平均。", "The old center is no sample; leave it out of the mean."),
    halfway=("只走了一半，要一次走到平均。", "That goes half of the way; go all the way to the mean."),
    farthest=("每一筆跟了最遠的中心。", "Each sample went to the farthest center."),
    early=("移了一個中心就重新分配了。先用舊的中心把每一筆分完，再一起移。", "It shares out the samples anew after each move. Share them all out by the old centers, then move."),
    median=("這是中位數，k-means 用平均。", "That is the median; k-means takes the mean."),
    empty=("有一個中心一筆也沒有，0 筆的平均算不出來。讓它留在原地。", "One center has no samples, and there is no mean of none. Let it stay where it is."),
    zero=("沒有資料的中心跑到原點去了。讓它留在原地。", "The center without samples went to the origin. Let it stay where it is."),
    dropped=("沒有資料的中心不見了。讓它留在原地。", "The center without samples is gone. Let it stay where it is."),
)  # fmt: skip
def q8(kmeans_step: Function, rng: Generator) -> Marks:
    N = int(rng.integers(15, 22))
    while True:  # every center has some samples, and each mistake gives other centers
        K, D = lengths(rng, 2, 2, 4)
        X, centers = rng.normal(size=(N, D)) + 1, rng.normal(size=(K, D)) + 1
        nearest = nearest_of(X, centers)
        if np.bincount(nearest, minlength=K).min() < 2:
            continue
        want = means(X, nearest, centers)
        opposite = nearest_of(X, centers, -1)
        early = centers.copy()
        for j in range(K):
            early[j] = means(X, nearest_of(X, early), early)[j]
        if np.bincount(opposite, minlength=K).min() and not agree(early, want):
            break
    counts = np.bincount(nearest)[:, None]
    groups = [X[nearest == j] for j in range(K)]
    expect(
        kmeans_step(X, centers),
        want,
        numbers_of=nearest,
        everything=np.tile(X.mean(axis=0), (K, 1)),
        total=want * counts,
        with_center=(want * counts + centers) / (counts + 1),
        halfway=(want + centers) / 2,
        farthest=means(X, opposite, centers),
        early=early,
        median=np.array([np.median(each, axis=0) for each in groups]),
    )
    yield 2
    lone = int(rng.integers(K + 1))
    more, left = np.insert(centers, lone, 50.0, axis=0), np.insert(want, lone, 50.0, axis=0)
    expect_lone(kmeans_step(X, more), left, lone)


@passing_over
def expect_lone(got: Any, want: FloatArray, lone: int) -> None:
    array = numbers_or_none(got)
    if array is not None and array.shape == want.shape and np.isnan(array[lone]).all():
        raise Mistake("empty")
    expect(
        got,
        want,
        zero=np.where(np.arange(len(want))[:, None] == lone, 0, want),
        dropped=np.delete(want, lone, axis=0),
    )


def nearest_of(X: FloatArray, centers: FloatArray, sign: int = 1) -> IntArray:
    far = [[sign * float(np.linalg.norm(x - center)) for center in centers] for x in X]
    return np.array([np.argmin(each) for each in far])


def means(X: FloatArray, nearest: IntArray, centers: FloatArray) -> FloatArray:
    groups = [X[nearest == j] for j in range(len(centers))]
    return np.array([g.mean(axis=0) if len(g) else c for g, c in zip(groups, centers, strict=True)])


@check.question(
    points=4,
    hints=[
        ("`spectrogram`：第 i 段從 i·hop 開始，取 size 個數。一段的頻譜是 `np.abs(np.fft.rfft(段))`，一段一列（row）。", "`spectrogram`: piece number i starts at i·hop and has size numbers. Its spectrum is `np.abs(np.fft.rfft(piece))`, one piece a row."),
        ("起點是 0、hop、2·hop……，最後一段要整段都在聲音裡：`range(0, len(wave) - size + 1, hop)`。", "Starts are 0, hop, 2·hop and so on, and the last piece must lie in the wave as a whole: `range(0, len(wave) - size + 1, hop)`."),
        ("`split_songs`：抽的是歌，不是片段。`np.unique(songs)` 打亂，前 count 首的片段全部去測試。", "`split_songs`: draw songs, not clips. Shuffle `np.unique(songs)`; all clips of the first count go to the test."),
    ],
    complex=("`spectrogram`：結果不是實數。`rfft` 的結果是複數，取絕對值才是強度。", "`spectrogram`: these are not real numbers. What `rfft` gives is complex; its absolute value is the strength."),
    real=("`spectrogram`：只取實部，強弱會跟著相位變。取絕對值。", "`spectrogram`: the real part alone changes with the phase. Take the absolute value."),
    power=("`spectrogram`：這是強度的平方，題目要強度。", "`spectrogram`: that is the square of the strength; the question asks for the strength."),
    full=("`spectrogram`：`fft` 的後半是前半的鏡像，用 `rfft` 只留前半。", "`spectrogram`: the second half of `fft` mirrors the first; `rfft` keeps one of them."),
    upright=("`spectrogram`：轉置了：一段一列（row），一個頻率一行（column）。", "`spectrogram`: it is transposed: a row for each piece, a column for each frequency."),
    no_hop=("`spectrogram`：每一段接在前一段後面，沒有用到 hop。", "`spectrogram`: each piece begins where the one before ends; hop is not used."),
    one_less=("`spectrogram`：少了最後一段，它剛好整段都在聲音裡。", "`spectrogram`: the last piece is missing, and it just fits into the wave."),
    too_many=("`spectrogram`：最後面多了不完整的段，不要補。", "`spectrogram`: at the end there are pieces that are not whole. Do not fill them up."),
    whole=("`spectrogram`：這是整首的頻譜，看不出什麼時候響起哪個音。要一段一段來。", "`spectrogram`: that is the spectrum of the whole wave, and does not tell when a note sounds. Go piece by piece."),
    indices=("`split_songs`：要的是片段的號碼，0 到片段數減 1 的整數，兩個一維的陣列。", "`split_songs`: it must return the numbers of clips, integers from 0 to their number minus 1, in two arrays of one axis."),
    song_in_both=("`split_songs`：有一首歌，學習的有它的片段，測試的也有。考試的題目洩漏了。", "`split_songs`: clips of one song are in the training and in the test. The exam has leaked."),
    repeated=("`split_songs`：有片段出現不只一次。", "`split_songs`: a clip is there more than once."),
    left_out=("`split_songs`：有片段兩邊都不在。", "`split_songs`: a clip is on neither side."),
    how_many=("`split_songs`：測試的有 {got} 首歌，要 {count} 首。", "`split_songs`: the test has {got} songs; it must have {count}."),
    not_drawn=("`split_songs`：換了種子，留下的還是同樣幾首。要抽。", "`split_songs`: another seed sets the same songs aside. Draw them."),
    unrepeatable=("`split_songs`：同一個種子，兩次分得不一樣。別人就重做不出你的結果了。", "`split_songs`: the same seed gives another split the second time, and nobody can repeat your result."),
)  # fmt: skip
def q9(spectrogram: Function, split_songs: Function, rng: Generator) -> Marks:
    hop, pieces = int(rng.integers(5, 9)), int(rng.integers(5, 8))
    size = hop + 2 * int(rng.integers(2, 5)) + hop % 2  # even, and no multiple of hop
    wave = rng.normal(size=(pieces - 1) * hop + size) + 0.5
    expect_spectra(spectrogram(wave, size, hop), wave, size, hop)
    yield 1
    spare = np.concatenate([wave, rng.normal(size=int(rng.integers(1, hop)))])
    expect_spectra(spectrogram(spare, size, hop), spare, size, hop)
    yield 2
    count, seed = int(rng.integers(3, 6)), int(rng.integers(1000))
    names = rng.permutation(100)[: count + int(rng.integers(6, 9))]
    songs = rng.permutation(np.repeat(names, rng.integers(2, 6, len(names))))
    runs = [[split_songs(songs, count, seed + more) for more in range(3)] for _ in range(2)]
    expect_apart(runs[0][0], songs, count)
    yield 3
    expect_drawn(runs[0][0], runs)


@passing_over
def expect_spectra(got: Any, wave: FloatArray, size: int, hop: int) -> None:
    if not_real(got):
        raise Mistake("complex")

    def pieces(hop: int, *, fill: int = 0) -> FloatArray:
        filled = np.concatenate([wave, np.zeros(fill)])
        return np.array([filled[i : i + size] for i in range(0, len(filled) - size + 1, hop)])

    time = np.arange(size)
    j = np.arange(size // 2 + 1)[:, None]
    cosine, sine = np.cos(2 * np.pi * j * time / size), np.sin(2 * np.pi * j * time / size)

    def strength(pieces: FloatArray) -> FloatArray:
        return np.hypot(pieces @ cosine.T, pieces @ sine.T)

    want = strength(pieces(hop))
    expect(
        got,
        want,
        real=pieces(hop) @ cosine.T,
        power=want**2,
        full=np.abs(np.fft.fft(pieces(hop))),
        upright=want.T,
        no_hop=strength(pieces(size)),
        one_less=want[:-1],
        too_many=strength(pieces(hop, fill=hop)),
        whole=np.abs(np.fft.rfft(wave)),
    )


def not_real(got: Any) -> bool:
    """Whether there is an array in it that is not of real numbers."""
    if isinstance(got, tuple):
        return any(map(not_real, got))
    return isinstance(got, Unknown) and got in ("ndarray", "complex", "complex128")


@passing_over
def expect_apart(groups: Any, songs: IntArray, count: int) -> None:
    """Raise Mistake unless all clips of as many songs are set aside, and all others are left."""
    clips = np.arange(len(songs))
    found = [numbers_or_none(each) for each in several(groups, 2)]
    if any(each is None or each.ndim != 1 or not np.isin(each, clips).all() for each in found):
        raise Mistake("indices")
    train, test = (np.asarray(each, int) for each in found)
    if any(len(np.unique(each)) < len(each) for each in (train, test)):
        raise Mistake("repeated")
    if np.isin(songs[train], songs[test]).any():
        raise Mistake("song_in_both")
    if len(train) + len(test) < len(songs):
        raise Mistake("left_out")
    if len(np.unique(songs[test])) != count:
        raise Mistake("how_many", got=len(np.unique(songs[test])), count=count)


@passing_over
def expect_drawn(first: Any, runs: list[list[Any]]) -> None:
    """Raise Mistake unless the songs set aside depend on the seed, and on nothing else."""
    tests = [[sorted(np.ravel(numbers(several(each, 2)[1]))) for each in run] for run in runs]
    if tests[0] != tests[1]:
        raise Mistake("unrepeatable")
    if all(each == tests[0][0] for each in tests[0]):
        raise Mistake("not_drawn")
