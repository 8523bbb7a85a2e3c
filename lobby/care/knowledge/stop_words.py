"""Words that say how something is asked or of whom, not what: a search leaves them out while others are left."""

from __future__ import annotations

_ENGLISH = """
a an and any are as at be been but by can could customer did do does for from get had has have he her hers him his how
i if in is it its just may me my of on or our she should so some that the their them then there they this to us was we
were what when where which who whom whose why will with would you your
"""

_RUSSIAN = """
а бы был была были было быть в во вы где да для до его ее если есть же за и из или им их к клиент клиента клиенту
клиентом как какая какие какой когда кто ли мне мой может можно моя мы на над надо не нет но о об он она они оно от по
под при с свой со так такое то тоже только у уже чем что чтобы это этот эту я
"""

_ARABIC = """
في من على عن إلى ما ماذا متى أين كيف هل هو هي هم هذا هذه ذلك تلك التي الذي الذين أو ثم قد لقد كان كانت يكون عند عندما
عميل العميل لو إذا أن إن مع هنا هناك أنا نحن لي له لها لهم كل أي بعد قبل يا لا لم لن ليس أريد
"""

_CHINESE = """
怎么办 怎么样 怎么 如何 为什么 什么 哪些 哪里 可以 能不能 是不是 请问 需要 应该 多少 我的 他的 她的 我要 我想 客户
的 了 吗 呢 吧 啊 着 是 在 和 与 及 或 被 把 给 要 想 有 也 就 都 这 那
"""

STOP_WORDS = frozenset((_ENGLISH + _RUSSIAN + _ARABIC).split())

STOP_PHRASES = tuple(_CHINESE.split())
"""Chinese is written without spaces: these are cut out of a query, the longer before the shorter that they hold."""
