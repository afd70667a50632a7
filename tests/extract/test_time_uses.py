"""Which minutes of a note belong to which code, its activities being given: one row a way therapists write time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.bill.minutes import ServiceMinutes, StatedTime, service_minutes
from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.extract.times.remaining import unbilled_minutes
from nlp_coder.extract.times.roles import time_uses
from nlp_coder.extract.times.use import Placed
from nlp_coder.learn.teach_tagger import Reader

TIMED = frozenset(c for c, r in load_rulebook().codes.items() if r.timed)
MARK = re.compile(r"\{([^{}|]+)\|(\w{5})\}")
READER = Reader()


def service(marked: str) -> ServiceMinutes:
    """The minutes of a note whose activities are marked {words|code}."""
    text, placed, last = "", [], 0
    for m in MARK.finditer(marked):
        text += marked[last : m.start()]
        placed.append(Placed(len(text), len(text) + len(m[1]), True, m[2], m[2] not in TIMED))
        text += m[1]
        last = m.end()
    text += marked[last:]
    reading = READER.read(text)
    uses = time_uses(reading, placed)
    for use in uses:
        assert 0 <= use.start < use.end <= len(text)
    times = [StatedTime(u.minutes, u.role, u.activities, u.code, u.clock) for u in uses]
    lines = [reading.layout.line_at(p.start).start for p in placed]
    return service_minutes([p.code for p in placed], times, TIMED, [None] * len(placed), lines)


CASES = [
    # headings' words with their minutes, then their items in brackets, or in brackets themselves
    ("ther ex 9 ({wall slides|97110}, {curl-ups|97110}), manual 8 ({iliacus release|97140})", {"97110": 9, "97140": 8}),
    ("[TE 14] {leg curl|97110}; {hip hikes|97110}\n[MT 9] {fibular head glides|97140}", {"97110": 14, "97140": 9}),
    ("{Squats|97110}, {bike|97110}. {Foam stance|97112}.\nCharged TE 1 (17 min), NMR 1 (12 min).", {"97110": 17, "97112": 12}),
    # a service behind what it consists of: it ends the line, or sums up a sentence
    ("{peg sorting|97530}; {card turning|97530} ...... TA 16'\n{dowel lifts|97110} ...... TE 9'", {"97530": 16, "97110": 9}),
    ("{UBE|97110} 8', {wall walks|97110} = 24 min TE\n{glides|97140} - 8'", {"97110": 24, "97140": 8}),
    ("{Bridges|97110}, {band rows|97110}: 22 minutes of {therapeutic exercise|97110}.", {"97110": 22}),
    ("{dressing|97535} mod a {bathing|97535} total adl time 26 min then {box lifts|97530} 12 min", {"97535": 26, "97530": 12}),
    ("{Hip circles|97110}, {wand lifts|97110} (14 te). {Head nods|97112} (9 nmr).", {"97110": 14, "97112": 9}),
    ("Ther-Act [12]\n{box carry|97530}\n{cupping|97140} 9 min\nTher-Ex [17]\n{rows|97110}\n{UBE|97110} 5 min",
     {"97530": 12, "97140": 9, "97110": 17}),
    ("TE: {stepper|97110} 7 min, {curls|97110} 3x10. Minutes: 23\nMT: {glides|97140}. Minutes: 9", {"97110": 23, "97140": 9}),
    ("97140 {radial glides|97140}, {scar work|97140} 9 min\n97110 {wrist curls|97110} 2x10, {band twists|97110} 3x8 14 min",
     {"97140": 9, "97110": 14}),
    ("97110 11 {leg curls|97110}; 97530 14 {tray carry|97530} + {couch rise|97530}; 97140 8 {glides|97140}",
     {"97110": 11, "97530": 14, "97140": 8}),
    ("97112  12  {stork stance|97112}\n97116  9   3 pt {crutch walking|97116}", {"97112": 12, "97116": 9}),
    ("97530 13  w/c to {couch transfers|97530}\n97110 8  {curls|97110}", {"97530": 13, "97110": 8}),
    ("TherEx 97110 - 16   {curls|97110}\nGait 97116 - 9     {hall laps|97116}", {"97110": 16, "97116": 9}),
    ("Progress data. 97750 22 min: {Tinetti|97750}, scored. 97112 11 min {foam stance|97112}", {"97750": 22, "97112": 11}),
    ("Given were 97110 ten minutes, {curls|97110}, and 97116 nine minutes {cane walking|97116}", {"97110": 10, "97116": 9}),
    # a time that says what it is for, or the whole of a list
    ("{Stepper|97110} for 7 minutes, {curls|97110}, {rows|97110}; exercise in all was 24 minutes. {Glides|97140} 9 minutes",
     {"97110": 24, "97140": 9}),
    ("All TE, 36 min total: {elliptical|97110} 6 min/ {leg press|97110} 3x10/ {wall stretch|97110} 3x30s", {"97110": 36}),
    ("Neuromuscular re-education lasted 26 minutes. In it we did {wall breathing|97112} and {mirror sitting|97112}.", {"97112": 26}),
    ("TE: {curls|97110}\nNMR: {foam stance|97112}\nTE min 19  NMR min 13", {"97110": 19, "97112": 13}),
    ("NMR 20 min of {tall kneeling|97112} + {bridging|97112}, theract 11 {squat pivot|97530} to the bed", {"97112": 20, "97530": 11}),
    ("O: NMR 18 - {weight shifts|97112}, {arm reach|97112}\nGait 17 - {doorway drill|97116}", {"97112": 18, "97116": 17}),
    ("{FES|97032} with swing 12 min (97032), NMR 20 min of {kneeling|97112}, theract 9 {pivot|97530}", {"97032": 12, "97112": 20, "97530": 9}),
    ("Prosthetic training for thirty two minutes all told, {rolling on the liner|97761}, {weight shifts|97761}.", {"97761": 32}),
    ("97110 eight minutes, {curls|97110}.\n97116 nine minutes, {pole walking|97116}.\nSeventeen minutes altogether, tired.",
     {"97110": 8, "97116": 9}),
    ("{OT re-eval|97168} – 20, tenth visit\n{radial walking|97110} – 14\n{jar lids|97535} – 12, shown back", {"97168": 20, "97110": 14, "97535": 12}),
    ("{paraffin|97018}, {glides|97140}, {putty|97110}, {splint tightened|97763}\nMins: para 10, MT 11, TE 12, ortho 15 = 48",
     {"97018": 10, "97140": 11, "97110": 12, "97763": 15}),
    ("{bike|97110} 8', {hold-relax|97110}, {SAQ|97110} 3x15 → TE 18'; {ice|97010} 9 min", {"97110": 18, "97010": 9}),
    # bare numbers that make up a sum, a lone number or a total
    ("{fluido|97022} 115 deg 10\n{scar massage|97140} 13\n{stretches|97110} - TE 17\n10 + 13 + 17 = 40", {"97022": 10, "97140": 13, "97110": 17}),
    ("{NMES|97032}, with grasp, 15\n{mirror box|97112} 14\n{cones|97530} 16\n15/14/16 = 45", {"97032": 15, "97112": 14, "97530": 16}),
    ("{whirlpool|97022} 15 prior to dressing change\n{orthosis made|97760} 22\n{blocking|97110} 10\n47", {"97022": 15, "97760": 22, "97110": 10}),
    ("{e-stim|97032}, motor pt, 12\n{powder board|97110} 20\n{outrigger adj|97763} 10\nTimed total 42", {"97032": 12, "97110": 20, "97763": 10}),
    ("TE: {pec stretch|97110} 5; {wall squats|97110} 6\nTA: {off the toilet|97530} 10, min A\nGT: {treadmill|97116} 11, 0.9 mph\nNM: {gym ball|97112} 9",
     {"97110": 11, "97530": 10, "97116": 11, "97112": 9}),
    ("TE: {SLR|97110} 20, {bridges|97110} 15, {clams|97110} 12\nNMR: {SLS|97112} 5, {foam|97112} 8\nTA: {sit to stand|97530} 12",
     {"97110": None, "97112": None, "97530": None}),
    ("TE: {curls|97110} 2x10, {step-ups|97110}, {rows|97110} w/ band (14 min). {Ramp walking|97116} 11 min", {"97110": 14, "97116": 11}),
    # groups and what was done alone
    ("Hand group, 4 patients, 1030-1115.\nBefore it, individually: {paraffin|97018} 1020-1030.\nIn the group {putty|97150}, {finger walks|97150}.",
     {"97018": 10, "97150": 45}),
    ("INDIV 25 / CONC 15\nconc (same time as room 4): {stepper|97150}\nindiv: {walking|97116}", {"97150": 15, "97116": 25}),
    ("Class of 3, 35 min. Stations, 5' each, rotating: {UBE|97150} | {rows|97150}", {"97150": 35}),
    ("{Pelvic clock|97112} 12 min. Sitting tolerance 25 min before", {"97112": 12}),
    ("Block A therex 21: {curls|97110}\nBlock B manual 9: {glides|97140}", {"97110": 21, "97140": 9}),
    ("97033 x 18 {iontophoresis|97033} to the elbow\n97140 9 min: {glides|97140}", {"97033": 18, "97140": 9}),
    ("97116 .... 12  {ramp walking|97116}\n97530 .... 16  {tray carry|97530}; {couch rise|97530}", {"97116": 12, "97530": 16}),
    ("Neuro re-ed, total 26 min\n{foam stance|97112}\n{beam|97112}\nGait, 8 min: {hall laps|97116}", {"97112": 26, "97116": 8}),
    ("Tone (12 min)\n  - {wedge stance|97110} 3 min\n  - {hamstring stretch|97110}", {"97110": 12}),
    ("WEEKLY LIFTS / 97530 / 19 min\n  {crate lift|97530}\n  {shelf reach|97530}", {"97530": 19}),
    ("{Couch rise|97530}, {bed roll|97530}. {Stand from stool|97530} x4 (13 min for mobility tasks). {Ramp|97116} 9 min.",
     {"97530": 13, "97116": 9}),
    # work with others: its time stands where the group is named
    ("GROUP, day room, 5 residents, 35 min.\n{balloon tap|97150}, {marching|97150}\nThen 1:1 12 min {dressing|97535}",
     {"97150": 35, "97535": 12}),
    # items told by their numbers, and what a row goes on to
    ("1. {bike|97110}\n2. {glides|97140}\n3. {scar massage|97140}\nmin: 1 = 9, 2-3 = 14", {"97110": 9, "97140": 14}),
    ("Item / min\n{Ball toss|97112} / 8\n{Curls|97110}, {rows|97110} / 15", {"97112": 8, "97110": 15}),
    ("97110 {heel raises|97110}, {calf stretch|97110} / 16 / 1\ncode / what / min / units", {"97110": None}),
    ("code / what / min / units\n97110 {heel raises|97110}, {calf stretch|97110} / 16 / 1", {"97110": 16}),
    ("| 97112 | 22 | {mirror stance|97112}; |\n|       |    | {reach|97112} |\n| 97116 | 11 | {hall|97116} |", {"97112": 22, "97116": 11}),
    ("DONE            MIN    CODE\n{Ball circles|97110},\n {pin stretch|97110}   17     97110\n{MHP|97010}      9     97010", {"97110": 17, "97010": 9}),
    # the clock where a line begins, or at both of its ends
    ("0-12 {beam|97112}\n12-30 {hall laps|97116}\n30-38 {bike|97110}", {"97112": 12, "97116": 18, "97110": 8}),
    ("Pool, 10:00-10:35. {Water laps|97113}, {float|97113}. On deck, 10:35-10:47: {calf stretch|97110}", {"97113": 35, "97110": 12}),
    ("In 0830 out 0920\n0830 {board transfers|97530}\n0845 {standing frame|97112}\n0905 {hall steps|97116}",
     {"97530": 15, "97112": 20, "97116": 15}),
    ("0740 {sock sorting|97530} - stayed with it - 0752\n0752 {cart walk|97116} - 90 ft - 0801", {"97530": 12, "97116": 9}),
    ("10:40 -> 10:58 {heel slides|97110} / {quad sets|97110}", {"97110": 18}),
    ("0830 {board transfers|97530}\n0845 {standing frame|97112}", {"97530": None, "97112": None}),
    # a grid of services, and a total that only says what its items make together
    ("          97110   97112   97140\n3/14        13       9       -\nTE - {hip hikes|97110}\nNMR - {beam|97112}", {"97110": 13, "97112": 9}),
    ("| TE | MT | Gait | Total |\n| 16 | 9 | 12 | 37 |\n{Rows|97110}; {glides|97140}; {hall laps|97116}",
     {"97110": None, "97140": None, "97116": None}),
    ("TE | MT | Gait\n16 | 9 | 12 | 37\n{Rows|97110}; {glides|97140}; {hall laps|97116}", {"97110": 16, "97140": 9, "97116": 12}),
    ("TE | MT\n2 | 1\n1 | 1\n{Rows|97110}; {glides|97140}", {"97110": None, "97140": None}),
    ("97530 x 34 min on the log. Done: {potty routine|97535} 21 min; {loading the washer|97530} 13 min.", {"97535": 21, "97530": 13}),
    ("{Splint made|97760} 25 min. The remaining 16 min were {effleurage|97140} 9 min and {fist pumps|97110} 7 min.",
     {"97760": 25, "97140": 9, "97110": 7}),
    ("{Cone walk|97116}, {sway work|97112}, {couch rise|97530}. Total minutes were 48. The breakdown was 21 neuromuscular re-education, "
     "14 gait, 13 therapeutic activities.", {"97116": 14, "97112": 21, "97530": 13}),
    ("Therapeutic Exercise / 21\n  {bike|97110}\n  {stance on foam|97112} 6 of the 21\nManual / 9\n  {glides|97140}",
     {"97110": 15, "97112": 6, "97140": 9}),
    ("TE / 13 / {bridge|97110}, {band walk|97110}\nGT / 17 / {treadmill, softer landing|97116}", {"97110": 13, "97116": 17}),
    ("self care 26 = {sock aid|97535}, {hygiene|97535}\nther ex 9 = {UBE|97110}", {"97535": 26, "97110": 9}),
    ("TE (16): {rows|97110}; {sliders|97110}\nMT (12): {rib mob|97140}\nCP: {CP neck|97010} 9\nTime in 1110 out 1147",
     {"97110": 16, "97140": 12, "97010": 9}),
    ("Elbow circuit (TE) 14 min: {prone Y|97110}, {prone T|97110}", {"97110": 14}),
    ("{Elbow circuit|97110} (TE) 14 min: {prone Y|97110}, {prone T|97110}", {"97110": 14}),
    ("A) Balance, 1:1, 18 min\n - {half dome|97112}\n - {braiding|97112}\nB) Strengthening, 12 min\n - {calf raises|97110}",
     {"97112": 18, "97110": 12}),
    ("{NMES|97032} 9\n{quad sets, SLR|97110} 13\n{hall laps|97116} 8\nmin: 30", {"97032": 9, "97110": 13, "97116": 8}),
    ("{Pelvic floor work|97112} supine, sit, stand - 21 min", {"97112": 21}),
    ("{press-ups|97110} x20 = 9 min. {L4-5 glides|97140} 13 min. SLR 40 -> 55.", {"97110": 9, "97140": 13}),
    ("{ionto|97033} 9 min, {towel curls|97110}, {foot doming|97112} ?? min, {scraping|97140} 8 min",
     {"97033": 9, "97110": None, "97112": None, "97140": 8}),
    ("Taught {the lift|97530} to both, and {the draw sheet|97530}. Total for caregiver training 31 minutes. {Heel cords|97110}, 9 minutes.",
     {"97530": 31, "97110": 9}),
    ("09:00-11:05 tests below (97750, 125 minutes)\n{Floor lift|97750} 40 lb\n{Carry|97750} 50 ft", {"97750": 125}),
    ("{Water laps|97113}, {noodle bicycle|97113} 5 min, {float|97113} x4.\n97113 x 3 units, 41 min one-to-one.\nOn land: {calf stretch|97110} 9 min.",
     {"97113": 41, "97110": 9}),
    ("{Low complexity evaluation|97161} 25 min. Same day: {ankle alphabet|97110}, {towel stretch|97110} - total of 13 min with a sheet. "
     "{Crutch walking|97116} 9 min.", {"97161": 25, "97110": 13, "97116": 9}),
    ("{Floor lift|97750}, {carry|97750}. Time of the test 180 minutes.\n97750 x 12", {"97750": 180}),
    ("FCE, day 1\n{Floor lift|97750}, {carry test|97750}. Face-to-face test time 170 minutes, 15 min lunch.", {"97750": 170}),
    ("{Lift test|97750}, {push test|97750}: he was tested face to face for 140 minutes. Report with data sent.", {"97750": 140}),
    ("Seen 1:00-1:45 with OT. PT minutes: 24. OT minutes: 21.\nPT: {midline sitting|97112}", {"97112": 24}),
    ("97110 - 22 min\n {pulleys|97110}\n97010 - {CP|97010} 9 min to the shoulder, not billed separately", {"97110": 22, "97010": 9}),
    ("{Pedals|97110} 9 min. Finally she rests for 10 minutes with a {cold pack|97010} on her knee.", {"97110": 9, "97010": 10}),
    ("{Sway work|97112}, {couch rise|97530}, {pedals|97110}.\nTime by service: neuromuscular re-ed 21, ther. activities 9, ther. exercise 14.",
     {"97112": 21, "97530": 9, "97110": 14}),
    ("Neck swelling. 9-9:35\n{MLD of the face|97140}. {drainage inside the mouth|97140}.", {"97140": 35}),
    ("{Stand from chair|97530} (9) - 4 bouts of 4.\n{March|97110} / {heel raises|97110} (13 for the lot).\n{Hall walk|97116} (8)",
     {"97530": 9, "97110": 13, "97116": 8}),
    ("[block 1 - barre, 13] {releve|97112}\n[block 2 - strength, 17] {pike|97110} / {plank|97110}", {"97112": 13, "97110": 17}),
    ("THER EX . . . . . 23\n  {slides|97110}\n  {prone hang|97110}\nCOLD . . . . . . 11  {cuff|97016}, med pressure", {"97110": 23, "97016": 11}),
    ("{PA glides|97140}   97140   }\n{scap release|97140}   97140   } 17\n{pulleys|97110}   97110   5", {"97140": 17, "97110": None}),
    ("SELF-CARE (34)\n > {feeding|97535}\n > {oral care|97535}\nTENODESIS / NMRE (14)\n > {tapping for grasp|97112}", {"97535": 34, "97112": 14}),
    ("{Liner on and off|97761}, {bar walking|97761}. Prosthetic training 37 min all told. {Bridges|97110} 9 min.", {"97761": 37, "97110": 9}),
    ("{Sponge bath|97535}; {cardigan|97535}. 24 min ADL tx of 45 min in home.", {"97535": 24}),
    ("{Frying eggs|97535}, {bin bag|97535}.\nThe 97535 block ran from 1:15 to 1:52.", {"97535": 37}),
    ("{moist heat|97010} x 9 min w/ {e-stim|G0283} x 14 min same time", {"97010": 9, "G0283": 14}),
    ("{sponge bath|97535}, {reach for wipes|97530}. OT minutes: 17 self care, 9 ther act.", {"97535": 17, "97530": 9}),
    ("Therapist time 38, all for strength.\n{steps|97110} 2x15 . {rows|97110} 2x10", {"97110": 38}),
    ("1. {Fluido|97022} 14, hand\n2. {Scar work|97140} 8\n3. {Skateboard|97110} 9\nTotal on clock 31", {"97022": 14, "97140": 8, "97110": 9}),
    ("{paraffin|97018} 9\n{joint mobs|97140} 8\n{curls|97110} 13 (strength)\n{racket ball|97112} 7 proprioception\n= 37",
     {"97018": 9, "97140": 8, "97110": 13, "97112": 7}),
    ("          Tue   Thu(today)\n{Bike|97110}       5'    6'\n{Leg press|97110}  8'    7'\n{SLS|97112}        4'    9'", {"97110": 13, "97112": 9}),
    ("time\twhat\tresp\n14\t{rockerboard|97112}\t2 LOB\n11\t{treadmill|97116}\tdrop foot gone", {"97112": 14, "97116": 11}),
    ("A) 10:00 {cup path|97112} to 10:13\nB) 10:13 {flip tops|97535} to 10:22", {"97112": 13, "97535": 9}),
    ("9:05 to 9:17 {massage|97140}. 9:17 to 9:36 were exercises - {fist|97110}. 9:36 to 9:45 she {squeezed the bag|97530}. "
     "Last I {moved the gutter|97763}, 9:45 to 9:52.", {"97140": 12, "97110": 19, "97530": 9, "97763": 7}),
    ("0900 {stepping|97116}, 3 bouts of 4 min\n0920 {beam|97112}\n0931 end", {"97116": 20, "97112": 11}),
    ("ex 1 .... {NuStep|97110} 22 W\nex 2 .... {punches|97110}\nex 3 .... {stair climbing|97116}\nTE 23 min; gait 6 min (ex 3 only)",
     {"97110": 23, "97116": 6}),
    ("She {warmed up on the rower|97110} 8 min. Then {split squats|97110} and {curls|97110} took a further 17. {Drop lands|97112} for 9 minutes.",
     {"97110": 25, "97112": 9}),
    ("{half-crimp pulls|97110}, six of 30 s, and {finger spreads|97110} for a total of 24 minutes.", {"97110": 24}),
    ("Indiv 25, group 18.\nIndiv: {stairs with both rails|97116}, up with the good 12; {walker to the table|97530} 13.\nGroup (3): {volleyball|97150}, "
     "1# weights.", {"97116": 12, "97530": 13, "97150": 18}),
    ("Individual 28, group 35.\n{Keyboarding with wrist weights|97530}, {beads with cuffs|97530}.\nGroup of 4: {diary review|97150}",
     {"97530": 28, "97150": 35}),
    ("{AlterG walk|97116} 13 min. {bike|97110} 1/2 revs -> full 9. {shifts on a scale|97112} 5. {knee mob|97140} 4 min. total 31 min",
     {"97116": 13, "97110": 9, "97112": 5, "97140": 4}),
    ("Treatment lasted 44 minutes: 20 minutes {therapeutic exercise|97110}, 14 minutes {neuromuscular re-education|97112}, 10 minutes manual.",
     {"97110": 20, "97112": 14}),
    ("45-minute OT session in the room. {Shirt|97535} min A. {Sock aid|97535}. {Oral care|97535} at the sink.", {"97535": 45}),
    ("{UBE|97110} - 9 mins\n{Cones while standing|97530} at the counter 3 min standing tolerance, CGA - 13 mins", {"97110": 9, "97530": 13}),
    ("{Liner on and off|97761}. {Bar walking|97761}. In all, 38 minutes were spent on prosthetic training. {Prone lifts|97110} 9 minutes.",
     {"97761": 38, "97110": 9}),
    ("fluido 11 / MT 13 / TE 16\n{fluidotherapy|97022}\n{radiocarpal mobs|97140}\n{tendon glides|97110}, {putty|97110}",
     {"97022": 11, "97140": 13, "97110": 16}),
    ("{push ups|97110} 3x8, {rows|97110} 3x12, {UBE|97110} 6 min w/ 1 rest - TherEx 18. {squat pivot|97530} x5, CS - TherAct 12.",
     {"97110": 18, "97530": 12}),
    ("SELF CARE ....... 14\n   {button hook|97535}, {pants in stance|97535}\nTH ACT .......... 11\n   {log roll on a satin sheet|97530} x6",
     {"97535": 14, "97530": 11}),
    ("ECT: {bathing, paced|97535}, {closet retrieval|97535}, taught back (21)\nEndurance: {Omnicycle|97110} 7 min, {balloon|97110} (12 for both)\n"
     "{bed making|97530} 5\ntot 38 min", {"97535": 21, "97110": 12, "97530": 5}),
    # bare numbers in one same place
    ("{Cone taps|97112} 9 | {bike|97110} 12 | {stairs|97116} 8", {"97112": 9, "97110": 12, "97116": 8}),
    ("{Fluido|97022} 9, {putty pinch|97110} 15, {glides|97140} 11", {"97022": 9, "97110": 15, "97140": 11}),
    ("12 | {Card sort|97129}\n17 | {dressing|97535}, {grooming|97535}", {"97129": 12, "97535": 17}),
    ("{Scar massage|97140} / 9\n{Tendon glides|97110}, {hook fist|97110} / 16", {"97140": 9, "97110": 16}),
    ("item              min\n{pulleys|97110}            4\n{PA glides|97140}         7", {"97110": 4, "97140": 7}),
    ("{Mirror box|97112}, {cards|97112}. 24\n{Floor scrub|97530}. 13", {"97112": 24, "97530": 13}),
    ("I spent 18 minutes on {tea making|97535} and 9 on {shirt buttons|97535}.", {"97535": 27}),
    ("We spent 14 minutes on {mat reach|97112} and then another 11 folding {towels|97530}.", {"97112": 14, "97530": 11}),
    ("{fluido|97022} 9\n{web massage|97140} 7\n{blocked DIP flex|97110} 15 (ROM)\n= 31", {"97022": 9, "97140": 7, "97110": 15}),
    ("{SLR|97110} 20, {bridges|97110} 15, {clams|97110} 10", {"97110": None}),
    ("{SLR|97110} / 20\n{Clams|97110} / 15\n{Bridges|97110} / 15", {"97110": None}),
    ("{Cone taps|97112} 10, {bike|97110} 15, {stairs|97116} 10. Total 35", {"97112": 10, "97110": 15, "97116": 10}),
    ("{Curls|97110} x 12, {rows|97110} x 15, {squats|97110} x 10", {"97110": None}),
    # what a number next to "min" may be else
    ("> 18 min {hook fists|97110}\n> 7 min {scar work|97140}", {"97110": 18, "97140": 7}),
    ("25 min: {timed card sort|97129}, {planner|97129}. Slips at ~7 min.", {"97129": 25}),
    ("{Bike|97110}, seat up each 3 min, {prone hang|97110}: 19 min", {"97110": 19}),
    ("{Bed rolls in/out of covers|97530} 9 min, on mat. Total 9", {"97530": 9}),
    ("{Total gym squats|97110} lvl 6 - 12 min. {Curb|97116} 9 min.", {"97110": 12, "97116": 9}),
    ("{Hot pack|97010} 9 min. Hold-relax to hamstrings. {Bike|97110} 8 min", {"97010": 9, "97110": 8}),
    ("She rested 9 minutes with a {cold pack|97010}. {Steps|97116} 12 min.", {"97010": 9, "97116": 12}),
    ("{Hall walk|97116} with rollator 85'+100' CGA (13)\n{Bike|97110} for recov <1' (9)", {"97116": 13, "97110": 9}),
    ("33 min of neuro re-ed: {VOR|97112} 1 min each, {foam|97112}", {"97112": 33}),
    ("1) {curb|97116}\n2) {ramp|97116}\n3) {IFC|G0283} 12 min\nTime: #1-2 = 17, #3 = 12", {"97116": 17, "G0283": 12}),
    ("Axles set, {push stroke|97542}, {ramp|97542}: 40 min. {Truck loading|97530} took 9 of those minutes.", {"97542": 31, "97530": 9}),
    ("{Sit to stand|97530}\n{step transfer|97530}\n(all above 14 min)\n- {hall|97116}, seated rest 3 min - 12 min",
     {"97530": 14, "97116": 12}),
    ("Service: Gait - 8 min\n  Items: {cane steps|97116}\nService: Ther ex - 12 min\n  Items: {arcs|97110}; {hip lifts|97110}",
     {"97116": 8, "97110": 12}),
    ("{Shower step|97530} with bar ...9 min\n{Buttons|97535} ...8 min", {"97530": 9, "97535": 8}),
    ("{Glides|97140}, {release|97140} @ 14\n{US|97035} @ 8", {"97140": 14, "97035": 8}),
    ("Today 15 min therapeutic exercise: {press-ups|97110}; {elbow prop|97110} 3 min", {"97110": 15}),
    ("{Bench press-ups|97110} 3 min x2, {rows|97110} 3x8. 14 min in all", {"97110": 14}),
    ("After the evaluation 14 min {paced sock donning|97535}. {Stairs|97116} 9 min", {"97535": 14, "97116": 9}),
    ("After the exam I spent 12 minutes on {dressing|97535}.", {"97535": 12}),
    ("{Side-bend stretch|97110} 7 mins between songs. {Side-sit|97112} 9 mins", {"97110": 7, "97112": 9}),
    ("First 15 min, 97129: {quote check|97129}. Next 12, 97130: {time estimates|97130}", {"97129": 15, "97130": 12}),
    ("{Epley|95992} done twice. Then {VOR|97112} and {foam|97112}. That part 24 min.", {"95992": None, "97112": 24}),
    ("Redness blanches in 6 min. {Prosthesis on and off|97761} 31 min", {"97761": 31}),
    ("Pool 91 F. Time in water 28 min: {water laps|97113}", {"97113": 28}),
    ("{US|97035} 3 MHz 8 min", {"97035": 8}),
    ("AM 0800-0820\n{Dressing|97535} 20 min\nPM 1300-1325\n{Ramp|97116} 25 min", {"97535": 20, "97116": 25}),
    ("{Shower on bench|97535} 21 min mod A\n{Oral care|97535} 6 min set-up", {"97535": 27}),
    ("{Slant board|97110} 8 min total, 1 min holds", {"97110": 8}),
    ("Last 12 min: {car transfer|97530}, 6 min per load", {"97530": 12}),
    ("w/c\tx8 min A, {sit to stand|97530} 9 min", {"97530": 9}),
    ("{Porch walk|97116}, a two-minute sit between", {"97116": None}),
    ("{treadmill for step length|97116} metronome 88 - 8'", {"97116": 8}),
    ("{swallow drill|92526} x6. Treatment time 30.", {"92526": 30}),
    # a time and its items in prose end with their sentence; "spent 12 on" leads what follows
    ("We spent 34 minutes on {liner donning|97761} and {bar steps|97761}. I then did {hip stretching|97110} for 10 minutes.",
     {"97761": 34, "97110": 10}),
    ("{Heat|97010} for 10 minutes, then I spent 12 on {scapular glides|97140}.", {"97010": 10, "97140": 12}),
    ("land after shower 8 min: {cone taps|97112}", {"97112": 8}),
    # one service: the one time told of nothing else is the visit's, in hours too; items with a few minutes are part of it
    ("Warm pool 32 min, chest depth: {side steps|97113}, {noodle cycling|97113}", {"97113": 32}),
    ("Job site visit, 1 hr on site. {Raised the desk|97537}, {swapped the mouse|97537}.", {"97537": 60}),
    ("Her mother says she slept 40 min. {Side steps|97113}, {noodle cycling|97113}", {"97113": None}),
    ("Total 90 min. {FCE|97750}: lifts, stair climb 4 min, crawl", {"97750": 90}),
    # bare numbers in square brackets, in brackets behind headings of any words, behind codes, in a slash table
    ("[9] {tub bench transfer|97530}\n[8] {floor to chair|97530}\n[11] {rocker board|97112}", {"97530": 17, "97112": 11}),
    ("Gait block [14] - {doorway walks|97116}, {180 turns|97116}\nStrength [12] - {step-ups|97110}",
     {"97116": 14, "97110": 12}),
    ("Graft work (14): {friction massage|97140}, {skin rolling|97140}\nBending (18): {towel crunch|97110}",
     {"97140": 14, "97110": 18}),
    ("97535 - 24     {sponge bath|97535}, {donning bra|97535}\n97110 - 14     {omnicycle|97110}", {"97535": 24, "97110": 14}),
    ("item / dose / min\n{bike|97110} / L2 / 7\n{AP glides|97140} / gr III / 9\n{rocker board|97112} / 4x20 s / 8",
     {"97110": 7, "97140": 9, "97112": 8}),
    # ... in one same place before or behind the items of each line, in a table of an export, in a sum written out
    ("(14) {Upper body wash|97535}\n(9) {Toilet steps|97535}\n(12) {Silverware sort in standing|97530}", {"97535": 23, "97530": 12}),
    ("BALANCE 20 > {ball roll-outs|97112}; {step-taps|97112}\nWALKING 25 > {treadmill, step cue|97116}", {"97112": 20, "97116": 25}),
    ("Drills @14: {trap bar lift|97110}, {seated row|97110}\nJob tasks @24: {draw sheet boost|97530}", {"97110": 14, "97530": 24}),
    ("{foam cutting at cold table|97530}..25\n{rice bucket|97110}..7\n{ice bath|97010}..8", {"97530": 25, "97110": 7, "97010": 8}),
    ("Week 5 - {squats|97110}\nWeek 6 - {lunges|97110}", {"97110": None}),
    ("id,what,mins,comment\n12,{fluidotherapy|97022},12,prior\n12,{DIP blocking|97110},8,RF\n12,{scar rubs|97140},6,palm",
     {"97022": 12, "97110": 8, "97140": 6}),
    ("Land 12: {bike|97110}, {hip flexor stretch|97110}\nPool 28: {bench step-ups|97113}\n12 + 28 = 40 min", {"97110": 12, "97113": 28}),
    ("Hands on 22: {levator release|97140}\n{360 breathing|97112} 8, {happy baby|97110} 4\n22+8+4 = 34",
     {"97140": 22, "97112": 8, "97110": 4}),
    ("{UBE|97110} 5 -> {GH glides|97140} gr III 9 -> {cable punch|97110} 17.5# 8\nTotal 22.", {"97110": 13, "97140": 9}),
    ("{US|97035} 8m: 3 MHz\nMT 6m: {cross friction|97140}\nTE 14m: {flexbar twist|97110}, {ECRB stretch|97110}\n= 28m. Strap ok.",
     {"97035": 8, "97140": 6, "97110": 14}),
    # begun and stopped by the clock, several spans each with its items
    ("1400 {traction by hand|97140}, {lateral glides|97140} 1412 stop\n1412 {chin tucks|97110} 1425 stop",
     {"97140": 12, "97110": 13}),
    ("TASKS start 7:30 stop 8:02\n 1) {panel carry|97530}\n 2) {ladder climb|97530}\nDRILLS start 8:02 stop 8:20\n 3) {sled drag|97110}",
     {"97530": 32, "97110": 18}),
    # a charge whose code nothing has: what follows it, else the one service left without minutes
    ("97532 15 min. {Spaced retrieval|97129}, recalled at 4 min.\n97535 14 min. {UB dressing|97535}", {"97129": 15, "97535": 14}),
    ("{Rows|97110}. {Weight shifts|97112}. Charges: 97110 20 minutes. 97530 16 minutes.", {"97110": 20, "97112": 16}),
    # feet are none, bouts neither, assistance that begins a word is none
    ("{hall walk for gait|97116} 220'", {"97116": None}),
    ("{quadruped loading|97110} 10 lb 3 x 3 min", {"97110": None}),
    ("11 min {lowers|97110} and {RDLs|97110}, 9 min {A-skips|97112} and {wicket runs|97112}", {"97110": 11, "97112": 9}),
    # a visit's number before an item, a sum that is chance, a time held, a clock told last
    ("Visit 12 (today): {fluido|97022} 10', {CMC glides|97140} 12'", {"97022": 10, "97140": 12}),
    ("Twenty minutes on the mat to bring tone down: {trunk rotation|97112} and {ball rocking|97112}. A quarter of an hour in the "
     "{standing frame|97530}, heels down for the last five. Ten minutes {MOTOmed legs|97110}.", {"97112": 20, "97530": 15, "97110": 10}),
    ("{Spaced retrieval|97129}; she held the phrase for 4 minutes by the end.", {"97129": None}),
    ("{Tunnel crawl|97533}, {dry to wet bins|97533}. Teacher sat in. 10:00-10:45.", {"97533": 45}),
    ("Tolerated 14 min {SciFit L3|97110}, then {hip mob w/ belt|97140}.", {"97110": 14, "97140": None}),
    ("Began with 8 min {treadmill|97110} at 2.8, then {open books|97110} 10 each side", {"97110": None}),
    # told by a sentence of its own
    ("{Face washing|97535}; {shirt donning|97535} mod A. Liked it. 17 min.\n{biceps curls|97110} 2x10. 9 min.\nNext visit: call",
     {"97535": 17, "97110": 9}),
    ("{Jaw distraction|97140}, gloved, and {pterygoid massage|97140}; 13 minutes between them. {Laser|97039}, 4 points.",
     {"97140": 13, "97039": None}),
    ("Next {knee extensions|97110}, {step-downs|97110} and {wall sits|97110}; this portion lasted 16 minutes.", {"97110": 16}),
    # each item its own
    ("{quad sets|97110} 6 min, {heel-toe walking on a line|97112} 9 min", {"97110": 6, "97112": 9}),
    ("{wall slides|97110} x7m, {sway on foam|97112} x 8m", {"97110": 7, "97112": 8}),
    ("Rx: {calf kneading|97140} 9/60\n{calf raises|97110} 3x12", {"97140": 9, "97110": None}),
    # a list and its one time
    ("{band rows|97110}, {upright bike|97110}, {stretching|97110} 22 min", {"97110": 22}),
    ("{pulleys|97110} 4 min, {wand flexion|97110}, {rows|97110} = 19 min TE", {"97110": 19}),
    ("{wrapping|97140}; {elbow pumps|97110}, {fist open/close|97110} - 11 min", {"97140": None, "97110": 11}),
    ("{pool marching|97113}; {noodle push-downs|97113}; {wall squats|97113} = 31 minutes", {"97113": 31}),
    # a heading and its block
    ("TE 18': {leg press|97110} 70#, {step-ups|97110} x10\nMT 9': {patellar glides|97140}", {"97110": 18, "97140": 9}),
    ("Strength 16 min\n  - {dips|97110} 3x8\n  - {band rows|97110}", {"97110": 16}),
    ("hot pack (11)\n{wrist circles|97110} (12)\n{scar rub|97140} (8)", {"97110": 12, "97140": 8}),
    # modalities side by side keep the minutes each
    ("{IFC|G0283} 15 min w/ {ice|97010}", {"G0283": 15, "97010": 15}),
    ("{TENS|G0283} w/ {moist heat|97010} 12 min together", {"G0283": 12, "97010": 12}),
    # a total is no part, and parts that make it up are theirs
    ("Worked 41 min: {tray carry|97530} 16 min; {hops|97112}, {beam|97112} 13 min; {rower|97110} 12 min",
     {"97530": 16, "97112": 13, "97110": 12}),
    ("40 min: {standing frame|97530} 21, {calf stretch|97110} 11, {head lifts on wedge|97112} 8",
     {"97530": 21, "97110": 11, "97112": 8}),
    ("Tot 33 min\n{ankle pumps|97110}\n{glut sets|97110}", {"97110": 33}),
    ("Medicare. 25 min. Feels fine.\n{bands|97110}; {steppers|97110}", {"97110": 25}),
    # in words
    ("After that we spent twenty-two minutes on {picking up pegs|97112} and {turning cards|97112}.", {"97112": 22}),
    ("She did {stool walking|97116}, which took twelve minutes. Then {cupboard reaches|97530} for fifteen.",
     {"97116": 12, "97530": 15}),
    ("{Seated kicks|97110} and {hip hikes|97110}. That was fourteen minutes.", {"97110": 14}),
    ("Eight more minutes were {wall clock with tactile cue|97112}.", {"97112": 8}),
    ("He rode alone for twenty minutes, which I don't count. {Side planks|97110} and {bridges|97110}. Sixteen minutes.",
     {"97110": 16}),
    # behind its code
    ("97530, sixteen minutes: {car transfer|97530}. This was followed by 97116, fourteen minutes, {hall walking|97116}.",
     {"97530": 16, "97116": 14}),
    ("97110 / 14 — {heel slides|97110}, {short arc quads|97110}\n97035 / 8 — {ultrasound|97035} heel",
     {"97110": 14, "97035": 8}),
    ("97110 | 13 | {bridges|97110}, {clams|97110}\n97140 | 9 | {hip glides|97140}", {"97110": 13, "97140": 9}),
    ("land 12: {hip turns|97110}, {rocking|97110}\npool 30 min: {jogging with belt|97113}", {"97110": 12, "97113": 30}),
    # flowsheets: one day's minutes
    ("Exercise\t5/2\t5/6\tmin 5/6\n{UBE|97110}\t6\t8\t8\n{wall slides|97110}\tx10\tx12\tincl\n{GH glides|97140}\t5\t9\t9",
     {"97110": 8, "97140": 9}),
    # totals that close a list are the list's, whatever its items have alone
    ("{arm bike|97110} 4 min, {band pulls|97110}, {curls|97110} - total 17 min\n{rib glides|97140} 9 min\nTotal 26.",
     {"97110": 17, "97140": 9}),
    ("{arm bike|97110} 4 min; {band pulls|97110}; TE total 21. {foam stance|97112} 9 min.", {"97110": 21, "97112": 9}),
    ("{rolling|97530} x4, {scooting|97530}, tot 16 TA. {calf rubs|97140} 8 min", {"97530": 16, "97140": 8}),
    ("{peg sorting|97530} for ten minutes. {Lace tying|97535}; {buttons|97535}, twenty minutes in all.",
     {"97535": 20, "97530": 10}),
    ("TE\n {bike|97110} x6'\n {clams|97110} 2x15\n subtotal 19\nTA\n {crate lift|97530}\n subtotal 11",
     {"97110": 19, "97530": 11}),
    ("- {step taps|97112}\n- {tall kneeling|97112}\nNMR = 16'\n- {ergometer|97110} 9'", {"97112": 16, "97110": 9}),
    ("{dressing|97535}\n{oral care|97535}\n25 min self care\n{band curls|97110} 8 min", {"97535": 25, "97110": 8}),
    ("{bed mobility|97530} x3. {toilet transfer|97530} x2. 17 min ther act. Then {hall walk|97116} 9 min.",
     {"97530": 17, "97116": 9}),
    ("* {hops|97112} 9 min\n* {bear walks|97110}\n* {planks|97110} 14 min for the two", {"97112": 9, "97110": 14}),
    ("1 | {UBE|97110} 5 min\n2 | {presses|97110}\n3 | {wall slides|97110}\n1-3 = 21 min", {"97110": 21}),
    ("{leg curls|97110} | {incline walk|97110} 7' |      22 min\n{scar rubs|97140} |   8 min", {"97110": 22, "97140": 8}),
    ("{chain step|97116} 100 ft; {stairs|97116}; 97116 21 min. {cone reach|97530} 13 min", {"97116": 21, "97530": 13}),
    ("{socket don|97761}, {weight shifts|97761} - skin check 4 min. 38 min all 97761", {"97761": 38}),
    # a visit's total is no item's, with or without a full stop
    ("{band rows|97110}\n{chin nods|97110}\nTOTAL 24.", {"97110": 24}),
    ("Pt seen at bedside 0910-0940. {Sock aid use|97535}. {Grooming|97535}, tolerance 4 min.", {"97535": 30}),
    ("97116 + 97112 = 31'\nGait 19': {ramp|97116}\nNMR 12': {foam|97112}", {"97116": 19, "97112": 12}),
    # each of several, the last of several, one after the other
    ("{bike|97110} and {UBE|97110}, 6 min each", {"97110": 12}),
    ("{side-lying ER|97110} 2x10 and {pulleys|97110} 5 minutes", {"97110": None}),
    ("{Wall slides|97110} x12, {rows|97110} x10, and {C5 glides|97140} for nine minutes.", {"97110": None, "97140": 9}),
    ("Spent 14 minutes on {elbow glides|97140} and then she did {putty|97110} and {hammer turns|97110} for 12 minutes.",
     {"97140": 14, "97110": 12}),
    ("The session opened with nine minutes of {hip glides|97140}. {Bridges|97110} for twelve minutes.",
     {"97140": 9, "97110": 12}),
    ("{hot pack|97010} to neck 9 min before {chin nods|97110}, {rows|97110} 18 min", {"97010": 9, "97110": 18}),
    ("AM 0900-0935:\n{sit to stands|97530} 20 min\n{stump wrapping|97535} 15 min", {"97530": 20, "97535": 15}),
    # each with its own dosage, the time is all theirs; a code or a heading's word behind it closes the line
    ("{wrist curls|97110} 3x12, {band rows|97110} 2x15, {forearm stretch|97110} 3x30s x16'", {"97110": 16}),
    ("{neck nods|97112} 10x10s, {gaze drill|97112} 30s x4, {string|97112} 12 min. 97112", {"97112": 12}),
    ("{walk to metronome|97116} 6 min, then {turning at doors|97116} -- 20 min gait", {"97116": 20}),
    ("{swing|97533}; {ball rolls|97533}; then calm enough to sit (18 min)", {"97533": 18}),
    ("{head turns|97112} 60s x3, symptoms return to base in 1 min. {foam|97112}. 24 min.", {"97112": 24}),
    ("{bike|97110} 8 min, some unknown thing 5 min", {"97110": 8}),
    ("Legs heavy at about 8 minutes. Treatment: {bike|97110} 10 min; {knee hugs|97110} 7 min.", {"97110": 17}),
    ("Pain comes with desk work over an hour, 3/10 in the neck now. {Traction|97012} for 12 minutes.", {"97012": 12}),
    ("Four of them joined the hand skills group, 10:00-10:40, one OT throughout. She tied {knots|97150}.", {"97150": 40}),
    ("97150 GROUP (25 min) - 3 pts, knee class\n - {sit to stands|97150}\n97140 (9 min)\n - {glides|97140}",
     {"97150": 25, "97140": 9}),
    # bare numbers that the note itself shows to be minutes
    ("in 1:00 out 1:36\n{bike|97110} 6 min\n{SLR|97110} x12, {clams|97110} => 12 total\n{ankle glides|97140} 8\n{ice|97010} 10 after",
     {"97110": 18, "97140": 8, "97010": 10}),
    ("TE 16 {knee to chest|97110} {tilts|97110}\nMT 9 {gapping|97140}", {"97110": 16, "97140": 9}),
    ("97535 [x] 25  {tub bench|97535}, {drying feet|97535}\n97530 [x] 15  {fridge carry|97530}", {"97535": 25, "97530": 15}),
    ("{ultrasound|97035} 8min\n{cross friction|97140} 9\n{wrist curls|97110} {towel wring|97110} 14",
     {"97035": 8, "97140": 9, "97110": 14}),
    ("{MHP|97010} x 12 to low back\n{press-ups|97110} x 12", {"97010": 12, "97110": None}),
    ("min: 110 21 / 140 9\n{bike|97110}, {lunges|97110}\n{knee glides|97140}", {"97110": 21, "97140": 9}),
    ("97110 ... 24 MIN\n97530 ... 12 MIN\n{BANDS|97110}\n{PULLEY|97110}\n{SHELF REACH|97530}", {"97110": 24, "97530": 12}),
    # flowsheets of several visits: today's column
    ("L hand | date 4/2 | 4/9 | TODAY 4/16\n{pegs|97530} | 5' | 8' | 11'\n{mat lean|97112} | 8' | 8' | 9'",
     {"97530": 11, "97112": 9}),
    ("       10/8   10/11   10/15 TODAY\n{MHP|97010}     10'    10'    12'\n{tucks|97110}   10x    10x    15x\nTE total   12'   15'   16'",
     {"97010": 12, "97110": 16}),
    ("{walk with heel cue|97116} | 40' | 80'\n{ice|97010} | 10 | 10", {"97116": None, "97010": None}),
    # what charges alone, a heading's time with brackets, a sentence that tells of another service, modalities at once
    ("{bike|97110}, {SLR|97110}\n{glides|97140}\nCode | Name | Min | Units\n97110 | Therapeutic exercise | 23 | 2\n97140 | Manual therapy | 15 | 1",
     {"97110": 23, "97140": 15}),
    ("ther ex 25' ({rows|97110}, {bridges|97110}), {traction|97012} 15'", {"97110": 25, "97012": 15}),
    ("TE 20 min: {pulleys|97110}. {STM|97140} 10 min.", {"97110": 20, "97140": 10}),
    ("{MHP|97010} + {IFC to low back|G0283} 15 min", {"97010": 15, "G0283": 15}),
    ("Exercises: {SLR|97110}, {clams|97110} (25 min total). Manual: {hip pull|97140} (8 min).", {"97110": 25, "97140": 8}),
    ("{wand|97110} 2x15 - 22 min\n{GH mobs|97140} gr 2 inf/post 10\n{scap clocks|97112} 9", {"97110": 22, "97140": 10, "97112": 9}),
    ("Balance visit // 22 min\n\n{Tandem stance|97112} on foam.", {"97112": 22}),
    # charges with units first, slashed, with dotted leaders; above the items; the description wins over how they are laid
    ("97112 x 2 (26)  97140 x 1 (11)   TOTAL 37\n{Foam walk|97112}, {rocker board|97112}\n{talar glides|97140}", {"97112": 26, "97140": 11}),
    ("{Foam walk|97112}\n97112 x 2 (6)", {"97112": None}),
    ("CPT / minutes / units\n97112 / 16 / 1\n97140 / 24 / 2\n{Foam walk|97112}; {talar glides|97140}", {"97112": 16, "97140": 24}),
    ("TE ..... 17\nMT ..... 12\nDone: {wall sits|97110}, {rib mobs|97140}", {"97110": 17, "97140": 12}),
    ("{Stood|97530}, {walked|97116}, {huffs|97110}. TA 12' GT 16', TE (breathing) 6'.", {"97530": 12, "97116": 16, "97110": 6}),
    ("{Hall walk|97116} 14 min, {sit to stand|97530} 10 min. 97530 x 2 (24)", {"97116": 14, "97530": 10}),
    # parts of an hour, sums, the clock around a line or as it is dictated, what is left of a time
    (".5 h {soup making|97535}. 0.25 hr {biceps band|97110}", {"97535": 30, "97110": 15}),
    ("{Stepper|97110} 9+6 min. {Arm bike|97110} five minutes plus four", {"97110": 24}),
    ("Start 9:10 {rolling|97530} stop 9:22\nStart 9:22 {weight shifts|97112} stop 9:40", {"97530": 12, "97112": 18}),
    ("1015 {pill box|97535} until 1030\n1030 {finger ladder|97110} until 1041, tired", {"97535": 15, "97110": 11}),
    ("Time in ten forty, time out eleven oh five. We did {ramp walking|97116}.", {"97116": 25}),
    ("The first 12 minutes went to {rib mobs|97140}; the remaining 18 to {rows|97110} and {presses|97110}.", {"97140": 12, "97110": 18}),
    ("{Heat|97010} for 10 minutes, then {scar massage|97140} for 9.", {"97010": 10, "97140": 9}),
    ("{Lymph drainage|97140}, occupying 35 of the 50 minutes.", {"97140": 35}),
    ("{Stepper|97110} stopped at 6 of the planned 15 min.", {"97110": 6}),
    # in brackets behind each item, of a whole clause, before a rest, of the visit in other words
    ("{reach on ball|97112} [9]; {treadmill, heel cue|97116} [8]; {calf stretch|97110} [5].", {"97112": 9, "97116": 8, "97110": 5}),
    ("{UBE|97110} x5m; {ER|97110} with 2#, {rows|97110}, {curls|97110} x14m; {wall dribbles|97112} x6m", {"97110": 19, "97112": 6}),
    ("She {folded towels|97530} in standing, tolerating 9 minutes before a seated rest was asked for.", {"97530": 9}),
    ("{Leg press|97110} 40 kg, {bike|97110} 8 min. 45 min all up.", {"97110": 45}),
    ("{Side steps|97113}, {noodle cycling|97113}. She was in the pool for 33 minutes.", {"97113": 33}),
    ("MIN | WHAT\n7 | {wrist AROM|97110}\n12 | {coins into a slot|97530}", {"97110": 7, "97530": 12}),
    ("{Mat work|97110} 8 min, {hip pull|97140} 9 min. total 17. drives 40 min to get here", {"97110": 8, "97140": 9}),
    # no minutes of treatment
    ("{Scar release|97140}. Refused 6-minute walk today", {"97140": None}),
    ("Elbow pain for 10 min after typing. Coded 97140 x 14 min: {eccentrics|97110}", {"97110": 14}),
    ("Sore at 3 km or 15 min. {Cold pack|97010} to knee", {"97010": None}),
    ("Fifteen minutes of {fluido|97022}. {Knob turning|97530} done seven times out of ten.", {"97022": 15, "97530": None}),
    ("{tandem walking|97112} with 4 min rest between laps", {"97112": None}),
    ("{gait with walker|97116} 40' with min A", {"97116": None}),
    ("{bed mobility|97530} x4 min A, cues", {"97530": None}),
    ("{arm bike|97110}, sits 20 min at most at home", {"97110": None}),
    ("{saccades|97112} until dizzy 3/10 at 12'", {"97112": None}),
    ("{curls|97110} 3 x 10, 1 min seated rest between", {"97110": None}),
    ("Sitting tolerance now 50 min. {deadlift|97110} 16 kg", {"97110": None}),
    ("10m walk {without crutch, cue for knee|97116}; {tandem|97112} tried. Walks 30 m in 6MWT 180 m", {"97116": None, "97112": None}),
    ("{planks|97110}: eccentric sets 12 min. 8 min setup (unbilled).", {"97110": 12}),
    ("Missed last week. Continue 30 min weekly. {pegs|97530}", {"97530": None}),
    ("45 min. Therex, gait and balance: {bands|97110}, {hall walk|97116}", {"97110": None, "97116": None}),
    ("{scap squeezes|97110} 8' (12')", {"97110": 8}),
    # the rest of a whole
    ("45 min session. First 15 min {weight bearing|97112}. The rest of the 45 was {towel folding|97530}, {reaching|97530}", {"97112": 15, "97530": 30}),
    ("{Traction|97012} 15 min. {Release|97140} 14 min. Whatever was left went to {trap stretch|97110}. Total 49 min", {"97012": 15, "97140": 14, "97110": 20}),
    ("40 min one on one. {Textures|97112} 10 min. Remaining time {tote carry|97530}", {"97112": 10, "97530": 30}),
    ("40 min one on one, 5 min of it a break. {Textures|97112} 10 min. Remaining time {tote carry|97530}", {"97112": 10, "97530": None}),
    ("40 min one on one. {Textures|97112} 10 min, {pegs|97535}. Remaining time {tote carry|97530}", {"97112": 10, "97535": None, "97530": None}),
    ("45 min session. 97110 15 min. {rows|97110}, {curls|97110}. The rest of the 45 was {towel folding|97530}", {"97110": 15, "97530": None}),
    ("{Textures|97112} 10 min, the other 30 split evenly between {mirror work|97110} and {tote carry|97530}", {"97112": 10, "97110": 15, "97530": 15}),
    ("{Textures|97112} 10 min, the other 30 went to {mirror work|97110} and {tote carry|97530}", {"97112": 10, "97110": None, "97530": None}),
    # columns and brackets
    ("38   {drainage|97140}\n14   {bandaging|29584}\n 8   {self-wrap|97535}\n\n60   TOTAL", {"97140": 38, "29584": 14, "97535": 8}),
    ("20  {SAQ|97110}\n15  {LAQ|97110}\n12  {reaching|97530}\nTotal 45 min", {"97110": None, "97530": None}),
    ("{bike|97110} (9 min, full revs) {heel slides|97110} (4) {patellar mobs|97140} (8)", {"97110": 13, "97140": 8}),
    (">> 15' hands-on: {release|97140}\n>> 12' retraining: {breathing|97112}", {"97140": 15, "97112": 12}),
    ("{Spica fitting|97760}, 25 min incl. skin check. (Pattern another 10, not counted.)", {"97760": 25}),
    ("{cane gait|97116} 9 min, 4 laps of 50'. {bike|97110} 6'", {"97116": 9, "97110": 6}),
    # what is no treatment
    ("Watches TV from 2 ft, 3 hrs. {label reading|97535} 20 min, {pouring|97535} at end", {"97535": None}),
    ("{pillow squeezes|97110} every half hour at home was shown", {"97110": None}),
    # labels, tables and sums
    ("{wall slides|97110} x12\nMin: 9  Code: TherEx\n{cone taps|97112} x10\nMin: 7  Code: NMR", {"97110": 9, "97112": 7}),
    ("S: sore, felt better after:\n{wall slides|97110} x12\nMin: 9\nPain after 5 min", {"97110": 9}),
    ("START\tSTOP\tDESC\n0900\t0914\t{mat pulls|97110}\n0914\t0926\t{cone walk|97116}", {"97110": 14, "97116": 12}),
    ("0900\t0914\t{mat pulls|97110}", {"97110": None}),
    ("10 + 20 = 30\n20 TE {rows|97110}, {curls|97110}\n10 {scar release|97140}", {"97110": 20, "97140": 10}),
    ("20 {rows|97110}, {curls|97110}\n10 {scar release|97140}", {"97110": None, "97140": None}),
    ("Time in 1:05 out 1:50. {ice|97010} 5', {release|97140} 14'\n{curls|97110} w/ 2#, {wall clock|97110}, {slider|97110} 26'", {"97010": 5, "97140": 14, "97110": 26}),
    ("MT 9: {mobs|97140}\n{ice|97010} + {bath|97018} together\n55 min", {"97140": 9, "97010": None, "97018": None}),
    ("Billed 97750 x 4 = 60 min one on one: {lift test|97750}. Then 15 min 97530: {tire lift|97530}. Total: 75 min", {"97750": 60, "97530": 15}),
    ("{wand|97110}, {pulleys|97110} 17 min. Finished with {ice|97010} for 10.", {"97110": 17, "97010": 10}),
    ("{wand|97110}, {pulleys|97110}. Finished with {ice|97010} for 10.", {"97110": None, "97010": None}),
    ("{release|97140}, {distraction|97140}, {glide|97140} (22 min). {Jaw drill|97112} (11 min).", {"97140": 22, "97112": 11}),
    ("{release|97140} 3x10, {distraction|97140}, {glide|97140} (22 min). {Jaw drill|97112} (11 min).", {"97140": None, "97112": 11}),
    ("{drainage|97140}, {cording|97140} - manual total 40\n{self-drainage|97535}, 10 (97535)\n{wall walks|97110} - 5\n55 min total", {"97140": 40, "97535": 10, "97110": 5}),
    ("13:10-13:30 {monthly budget|97535}\n13:30-13:45 {weekly planner|97129}", {"97535": 20, "97129": 15}),
    ("{IFC|G0283} 12 min unattended w/ {hot pack|97010} at same time. {Mobs|97140} 10 min", {"G0283": 12, "97010": 12, "97140": 10}),
    ("- {bra donning|97535} - 12\n- {shower dry run|97535} - 10\n- {pendulums|97110} - 5\n- {table slides|97110} - 5\n- {wrist AROM|97110} - 4", {"97535": 22, "97110": 14}),
    ("- {bra donning|97535} - 12\n- {shower dry run|97535} - 10\n- {pendulums|97110} - 4", {"97535": 22, "97110": None}),
    ("{Route finding|97129}, 3 errors, self-corrected 1 – 16 min", {"97129": 16}),
    ("{Route finding|97129} 10-12 min", {"97129": None}),
    ("{rows|97110} 8 + {curls|97110} 7 = 15 min. {Mobs|97140} 10 min", {"97110": 15, "97140": 10}),
    ("{C1-2 glide|97140} C1-2 - 11'. {nods|97112} 8 min", {"97140": 11, "97112": 8}),
    # services by name
    ("{Zipping|97535} (40 s vs 60) and {slicing dough|97535} self care 16 min. {pegs|97530} 8 min", {"97535": 16, "97530": 8}),
    ("Ther ex 16 min: {rows|97110}, {hill walking for|97110} conditioning 7 min", {"97110": 16}),
    ("{VOR|97112} in standing, {tandem|97112} on foam. Twenty-four minutes of neuromuscular re-education were provided.", {"97112": 24}),
    ("97761 x 3 (43 min)\n- {donning with ply check|97761}\n- {shifts in bars|97112}\n97110 10 min {prone lifts|97110}", {"97761": 43, "97110": 10, "97112": None}),
    ("30 min ther ex, rest manual of a 45 min visit\nTE {rows|97110}\nMT {scar release|97140}", {"97110": 30, "97140": 15}),
    ("30 min ther ex, rest manual of a 45 min visit, 5 min break\nTE {rows|97110}\nMT {scar release|97140}", {"97110": 30, "97140": None}),
    ("30 min ther ex, rest manual of a 45 min visit\nTE {rows|97110}\nMT {scar release|97140}\n{crate lift|97530}", {"97110": 30, "97140": None, "97530": None}),
    # around the time
    ("{Chopping|97535} with a list. 22 minutes; two cues for safety. {Pegs|97530} 8 min", {"97535": 22, "97530": 8}),
    ("{rows|97110} 14 min. {hot pack|97010} at end of session 10 min", {"97110": 14, "97010": 10}),
    ("{Combing|97535}, {shaving|97535}, 16 minutes of OT time. {raises|97110} 8 minutes", {"97535": 16, "97110": 8}),
    ("{bike|97110} 8 min. After a rest we worked twelve minutes on {curb steps|97116}", {"97110": 8, "97116": 12}),
    ("{bike|97110} 8 min. After a rest of 5 min {curb steps|97116}", {"97110": 8, "97116": None}),
    ("fifteen minutes {mirror work|97112} and {jaw shifts|97112} she finished with {hot pack|97010} for ten minutes", {"97112": 15, "97010": 10}),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "minutes"), CASES, ids=[m[:48] for m, _ in CASES])
def test_minutes_go_where_the_note_puts_them(marked: str, minutes: dict[str, int | None]) -> None:
    assert dict(service(marked).by_code) == minutes


WORDS = st.sampled_from([
    "{squats|97110}", "{sway on foam|97112}", "{hall walking|97116}", "{ice|97010}", "12 min", "8'", "TE 15:", "97110",
    "total 40 min", "fifteen minutes", "; ", ", ", "\n", " - ", "x10", "(9)", "| 7 |", "0905-0920", "w/", "=", "for",
])  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_no_minute_is_invented(words: list[str]) -> None:
    found = service(" ".join(words))
    told = 8 * 60 if "0905-0920" in words else 0
    numbers = [int(n) for n in re.findall(r"\d+", MARK.sub(" ", " ".join(words)))]
    for code, minutes in found.by_code.items():
        assert code in {"97110", "97112", "97116", "97010"}
        assert minutes is None or minutes <= sum(n for n in numbers if n < 100) + told + 15 * words.count(
            "fifteen minutes"
        )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("rows 12 min, resting 3 min between", 3),
        ("Rest 3 x 2 min not in the above.", 6),
        ("Two rest breaks.", None),
        ("8 min setup (unbilled)", None),
        ("The rest of the 45 was reaching.", 0),
        ("TE 15 min", 0),
        ("TA 20 min: bed making - 2 seated rests", 0),
        ("TA: bed making - 2 seated rests", None),
        ("TE 15 min: bike w/ rests, rows", 0),
        ("TE 15 min: bike, 3 min rest, rows", 3),
        ("Common Documentation Errors", 0),
        ("10 min of the visit was documentation, 6 min documentation", None),
    ],
)
def test_how_much_longer_than_its_parts_a_total_may_be(text: str, minutes: int | None) -> None:
    assert unbilled_minutes(text) == minutes


def test_a_doubtful_phrase_takes_no_part_in_a_shared_time() -> None:
    times = [StatedTime(14, "shared", (0, 1))]
    codes = ["97140", "97110"]
    assert service_minutes(codes, times, TIMED, [None, None]).by_code == {"97140": None, "97110": None}
    sure = service_minutes(codes, times, TIMED, [None, None], doubtful=frozenset({1}))
    assert sure.by_code == {"97140": 14, "97110": None}


def test_what_was_given_at_once_counts_once_in_the_total() -> None:
    found = service_minutes(["97010", "G0283"], [StatedTime(15, "shared", (0, 1))], TIMED, [None, None])
    assert (dict(found.by_code), found.total) == ({"97010": 15, "G0283": 15}, 15)


def test_a_time_that_a_doubtful_phrase_may_share_is_nobody_s_own() -> None:
    found = service_minutes(
        ["97110"] * 2, [StatedTime(14, "shared", (0, 1))], TIMED, [None] * 2, doubtful=frozenset({1})
    )
    assert (dict(found.by_code), dict(found.own)) == ({"97110": 14}, {})


def test_a_sum_of_services_that_does_not_come_out_is_the_visit_s_total() -> None:
    found = service("TE 20 + MT 12 + NMR 8 = 45 min. TE: {rows|97110}. MT: {release|97140}. NMR: {tandem|97112}.")
    assert dict(found.by_code) == {"97110": 20, "97140": 12, "97112": 8}
    assert (found.stated_total, found.total, found.mismatch is not None) == (45, 45, True)
