"""What the core noticed, as sentences: what it is, and what would cure it."""

from __future__ import annotations

from app.dependencies import Language

WARNINGS: dict[str, dict[Language, str]] = {
    "credited_only": {
        "en": "Each channel is judged by the results it is credited with, and all of them are taken as "
        "caused. Platforms count sales they did not cause; the whole shop's revenue, a lift test or a stated "
        "share would show how many.",
        "zh": "各渠道按其归因成果评估，且全部视为真实增量。平台会计入并非由其带来的销售；"
        "补充全店收入、增量测试或说明真实增量比例即可看出差多少。",
    },
    "credited_in_part": {
        "en": "Lift tests and stated shares tell what {told} of {channels} channels cause of the results "
        "that they are credited with; the others are corrected by what the tests show, as far as channels "
        "are alike. A test of each would make it surer.",
        "zh": "{channels}个渠道按归因成果评估，其中{told}个有增量测试或已说明的真实增量比例；"
        "其余渠道参照测试结果校正。逐个测试会更可靠。",
    },
    "credited_unless_stated": {
        "en": "You stated what {told} of {channels} channels cause of the results they are credited with; "
        "what the others are credited with is all taken as caused. A lift test, or the whole shop's revenue, "
        "would show how much of it is.",
        "zh": "{channels}个渠道按归因成果评估，其中{told}个由您说明了真实增量比例；"
        "其余渠道的归因成果全部视为真实增量。增量测试或全店收入可看出其中有多少。",
    },
    "credited_and_total": {
        "en": "What channels are credited with is corrected by all that is known, the whole shop's revenue "
        "too: together they are taken to cause {caused:.0%} of it, each its own share. Without other "
        "evidence it would be {usual:.0%}. A lift test would make it surer.",
        "zh": "各渠道的归因成果已用全店收入等信息校正：合计按{caused:.0%}计为真实增量，各渠道不同；"
        "若无其他依据则按{usual:.0%}计。增量测试可进一步确认。",
    },
    "total_only": {
        "en": "Only the whole shop's revenue is known, so what each channel brings is told from how sales "
        "followed its spend. Results per channel, or a lift test, would make the plan surer.",
        "zh": "只知道全店收入，各渠道的效果由销售随其花费的变化推断。补充分渠道成果或增量测试会更可靠。",
    },
    "unseen_demand": {
        "en": "For weeks at a time the shop sells more or less than season, events and spend explain. Spend "
        "that follows such demand looks as if it had caused it, so the plan stays nearer to the present mix. "
        "Naming past promotions as events, results per channel or a lift test would help.",
        "zh": "全店销售常连续数周偏离季节、活动和投放所能解释的水平。跟随这类需求的花费容易被误认为有效，"
        "因此计划更接近当前比例。补充过往促销、分渠道成果或增量测试会有帮助。",
    },
    "unseen_event": {
        "en": "No day of the history had {events}: what that does to demand is not known, so nothing is "
        "counted on and the ranges are wider.",
        "zh": "历史数据中没有出现过{events}：对需求的影响未知，因此未计入，区间也更宽。",
    },
    "old_history": {
        "en": "The history ends {days:.0f} days before the plan month; "
        "newer figures would make the plan surer.",
        "zh": "历史数据止于计划月前{days:.0f}天；补充最新数据会更可靠。",
    },
    "no_history": {
        "en": "{channel} never spent before: its curve is what the other channels suggest, "
        "and very uncertain. Start it with a small test.",
        "zh": "{channel}从未投放：其曲线参照其他渠道，很不确定。建议先小额测试。",
    },
    "no_results": {
        "en": "{channel} has spend but no results of its own: what it brings is judged by the others.",
        "zh": "{channel}只有花费而没有自己的成果：其效果参照其他渠道。",
    },
    "no_revenue": {
        "en": "{channel} was credited with nothing on the whole. If its results are missing, leave the cells "
        "empty rather than zero.",
        "zh": "{channel}总体没有归因成果。若是数据缺失，请留空而不要填零。",
    },
    "new_channel": {
        "en": "{channel} started {days:.0f} days ago: its curve still leans on the other channels.",
        "zh": "{channel}在{days:.0f}天前才开始投放：其曲线仍主要参照其他渠道。",
    },
    "short_history": {
        "en": "{channel} has only {periods} periods with spend: its curve leans on the other channels.",
        "zh": "{channel}只有{periods}期有花费：其曲线主要参照其他渠道。",
    },
    "stopped": {
        "en": "{channel} has not spent for {days:.0f} days: what it would bring now is told from before.",
        "zh": "{channel}已停投{days:.0f}天：其当前效果只能按停投前推断。",
    },
    "refunds": {
        "en": "{channel} has {periods} periods with negative results (refunds); "
        "they are settled with the periods next to them.",
        "zh": "{channel}有{periods}期成果为负（退款），已与相邻各期合并计算。",
    },
    "constant_spend": {
        "en": "{channel}'s spend hardly ever changed, so its own results cannot tell what more or less would "
        "bring: that is judged by how curves usually bend. Change it by a fifth for a few weeks to find out.",
        "zh": "{channel}的花费几乎没有变化，自身数据无法说明增减的效果，只能按曲线的一般形状推断。"
        "试着增减两成、持续几周即可看出。",
    },
    "cannot_tell": {
        "en": "What more or less spend on {channel} would bring is known only to about ±{doubt:.0%}, "
        "so the plan moves it only for a clear reason. A lift test would show it.",
        "zh": "{channel}增减花费的效果只能估到约±{doubt:.0%}，"
        "因此没有明确理由时计划不改变它。增量测试可以弄清。",
    },
    "doubtful_gain": {
        "en": "In {cases:.0f} of 100 cases this plan brings over {loss:.0%} less than last month's mix of "
        "the same money would; most of that doubt lies in {channel}. To be safer, plan for the bad case "
        "(risk), let channels change less, or test {channel}.",
        "zh": "100次中有{cases:.0f}次，此计划会比按上月比例花同样的钱少{loss:.0%}以上；"
        "不确定性主要来自{channel}。"
        "若要更稳妥，可按不利情形规划（risk）、缩小各渠道的调整幅度，或先测试{channel}。",
    },
    "effect_changed": {
        "en": "Since about {date} {channel} brings {factor:.2f} times what it did before; the plan counts on "
        "the new level.",
        "zh": "约自{date}起，{channel}的效果变为此前的{factor:.2f}倍；计划按新水平计算。",
    },
    "moves_together": {
        "en": "{channel} and {other} always moved together, so what each brings cannot be told apart. "
        "Move one without the other for a few weeks.",
        "zh": "{channel}与{other}总是同增同减，无法区分各自的效果。可单独调整其中一个几周。",
    },
    "commission_uncovered": {
        "en": "Commissions may cost {more} more than planned, if more is sold, and only {held} is held back "
        "for it.",
        "zh": "若销售高于预期，佣金可能比计划多{more}，而预留只有{held}。",
    },
    "unspent_unearned": {
        "en": "{amount} stays unspent beside the reserve of {share}: no channel would earn the next {unit} "
        "back.",
        "zh": "除预留{share}外，另有{amount}不投放：再多投{unit}，任何渠道都赚不回来。",
    },
    "unspent_no_room": {
        "en": "{amount} stays unspent beside the reserve of {share}: the limits let no channel take more.",
        "zh": "除预留{share}外，另有{amount}未分配：各渠道因限额不能再投。",
    },
    "spent_at_a_loss": {
        "en": "{channel}: a limit asks for {spend}, of which the last {unit} costs {loss} more than it "
        "brings. Lower the limit, or pause the channel, if that may be.",
        "zh": "{channel}：因限额须投{spend}，其中最后{unit}净亏{loss}。若可以，请降低限额或暂停该渠道。",
    },
    "below_break_even": {
        "en": "The last {unit} brings {level} of revenue, less than the {worth} that would earn it back: the "
        "reserve holds all it may ({share}), so the rest is spent. Hold back more, or plan for profit.",
        "zh": "最后{unit}只带来{level}收入，低于保本所需的{worth}：预留已到上限（{share}），其余均已投放。"
        "可提高预留上限，或改按利润规划。",
    },
    "tests_unused": {
        "en": "The lift tests speak of revenue; this plan counts something else and does not use them. "
        "Stating each channel's `incrementality` would correct what it is credited with.",
        "zh": "增量测试只涉及收入，本计划以其他成果为目标，因此未使用。"
        "可为各渠道填写 incrementality 来校正归因成果。",
    },
    "test_too_late": {
        "en": "The test of {channel} from {start} to {end} ends after the plan begins: this plan does not "
        "count with it.",
        "zh": "{channel}在{start}至{end}的测试在计划开始后才结束，本计划未使用。",
    },
    "test_of_given": {
        "en": "The curve that you gave of {channel} is taken at its word: its test of {start} to {end} is "
        "not used.",
        "zh": "{channel}使用您提供的曲线，未使用其{start}至{end}的测试。",
    },
    "given_bends_up": {
        "en": "The points that you gave of {channel} bend up: more spend would bring more and more per unit. "
        "They are smoothed to a curve that bends down, which at {spend:,.10g} of spend brings {taken:,.10g} "
        "instead of {stated:,.10g}. If it really takes off late, give a hill or logistic curve.",
        "zh": "您为{channel}提供的点向上弯曲（花得越多，每一元带来的越多），已平滑为向下弯曲的曲线："
        "花费{spend:,.10g}时按{taken:,.10g}计，而不是{stated:,.10g}。"
        "若确实要投到一定规模才见效，请改用 hill 或 logistic 曲线。",
    },
    "test_agrees": {
        "en": "{channel}: for each unit of spend the test of {start} to {end} says {test_low:.2f} to "
        "{test_high:.2f}, the history says {history_low:.2f} to {history_high:.2f}: "
        "the plan uses {plan_low:.2f} to {plan_high:.2f}.",
        "zh": "{channel}：每单位花费的增量，{start}至{end}的测试为{test_low:.2f}~{test_high:.2f}，"
        "历史数据为{history_low:.2f}~{history_high:.2f}：计划采用{plan_low:.2f}~{plan_high:.2f}。",
    },
    "test_disagrees": {
        "en": "{channel}: for each unit of spend the test of {start} to {end} says {test_low:.2f} to "
        "{test_high:.2f}, but the history says {history_low:.2f} to {history_high:.2f}: the plan uses "
        "{plan_low:.2f} to {plan_high:.2f}. They are further apart than chance allows; "
        "a second test would settle it.",
        "zh": "{channel}：每单位花费的增量，{start}至{end}的测试为{test_low:.2f}~{test_high:.2f}，"
        "而历史数据为{history_low:.2f}~{history_high:.2f}：计划采用{plan_low:.2f}~{plan_high:.2f}。"
        "两者差距超出偶然，建议再做一次测试。",
    },
}
