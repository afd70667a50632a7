"""The words that name work done with two or more patients at once."""

from __future__ import annotations

import re

OTHERS = (
    r"(?:patients|pts|participants|residents|clients|attendees|members|peers|others|veterans|children|kids|students)"
)
_ANOTHER = r"(?:patient|pt|participant|resident|client|peer|classmate|veteran|child|student)"
GROUP_NAMED = re.compile(
    # "Group: 0" and "no group" say that there was none; a "muscle group" is none; "class 2 sleeve", "to class" name no session
    r"(?<!muscle )(?<!age )(?<!support )(?<!peer )(?<!no )(?<!not in )\b(?:group|grp)\b(?!\s*(?:home|muscle|of muscle|(?:min(?:utes|s)?\s*)?[:=]?\s*(?:0|none|no|n/?a)\b))|"
    r"(?<!to )(?<!for )(?<!then )(?<!into )(?<!reach )(?<!before )(?<!between )(?<!after )(?<!the )(?<!his )(?<!her )(?<!in )"
    r"\bclass\b(?!\s*(?:\d|i{1,3}\b|iv\b|room|store|trip|work|mate|schedule|garment|stocking|sleeve))|"
    r"\b(?:in|during|the) class\b(?=[^.\n]{0,40}\b(?:participants|patients|pts|people|others|min))|"
    r"\bcircle (?:time|group)\b|\b(?:walk(?:ing)?|cooking|lunch|breakfast|craft|art|music|garden(?:ing)?|book|movement|exercise) club\b|"
    rf"\b(?:\d{{1,2}}|two|three|four|five|six|seven|eight|nine|ten|twelve|several|other)\s+(?:other\s+)?{OTHERS}\b|"
    # two patients with different work: a term of Part A, group in Part B (billing rules, 7)
    rf"\bconc(?:urrent(?:ly)?)?\b\.?[ \t]*(?:tx\b|treatment|therapy)?[^\n:.;]{{0,16}}?\(?(?:w/|with|same time as)[ \t]*(?:rm\b|room\b|bed\b|roommate|another\b|one other|1 other)|"
    rf"\b(?:participants|attendees)\s*[:=]?\s*\d|(?:\bwith\s+|\bw/\s*)\d\s+(?:other|{OTHERS}|{_ANOTHER}\b)|"
    rf"\b(?:with|w/)\s*(?:one|an)?\s*other\s+(?:\w+\s+)?{_ANOTHER}\b",
    re.IGNORECASE,
)
