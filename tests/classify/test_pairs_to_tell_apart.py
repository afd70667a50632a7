"""The annotation guide's pairs to tell apart and its decisions for the cases in between, several wordings each.

Every wording is the phrase, a bar, and what follows it in its item. The rules are asked alone: no model, no lexicon.
"""

import pytest

from nlp_coder.classify.described import Described
from nlp_coder.classify.rule_purposes import purposes_in
from nlp_coder.classify.rules import match, rule_book, weights


def chosen(wording: str, **known: object) -> tuple[str | None, frozenset[str]]:
    """(the code with the most weight, every defensible code)."""
    phrase, _, rest = wording.partition("|")
    item = phrase + rest
    evidence = match(Described(phrase.strip(), item, purposes=purposes_in(item), **known))  # type: ignore[arg-type]
    return next(iter(weights(evidence)), None), rule_book().defensible(evidence)


WORDINGS: dict[tuple[str, str], list[str]] = {
    ("treadmill for endurance", "97110"): [
        "treadmill| 10 min for endurance", "TM| x 12' to build stamina", "walking on treadmill| 2.0 mph, cardio conditioning",
        "treadmill walking| f/ endur", "treadmill| to increase activity tolerance",
    ],
    ("treadmill for the pattern", "97116"): [
        "treadmill| 1.2 mph for heel strike", "TM| x 8' w/ VC for step length", "treadmill walking| focus on gait pattern",
        "treadmill| 10 min with mirror, working on arm swing and stride length", "treadmill| to normalise swing phase",
    ],
    ("ankle weights while seated", "97110"): [
        "seated LAQ w/ 3# ankle weights", "ankle weights| 2 lb, sitting in w/c, 2x15", "marching with ankle weights| seated edge of mat",
        "4# ankle weights| knee ext while seated in chair", "cuff weight on ankle| sitting, for quad strength",
    ],
    ("cuff weights in a fine-motor task", "97530"): [
        "pegboard task| wearing 1# cuff weights at table top", "stacking coins with wrist weights on", "sorting beads with cuff weights",
        "1# wrist weights| during card sorting task", "fine motor task at table| with cuff weight on R wrist",
    ],
    ("gym ball for stretching", "97110"): [
        "prayer stretch on physioball", "gym ball stretch for lats", "pec stretch over Swiss ball", "hamstring stretching w/ theraball",
        "back extension over gym ball| for flexibility",
    ],
    ("sitting on a gym ball", "97112"): [
        "sitting on gym ball| with alternating arm raise", "seated on physioball| eyes closed", "gym ball sitting balance",
        "sitting balance on Swiss ball", "seated marching on therapy ball| with CGA for safety",
    ],
    ("balance board alone", "97112"): [
        "rocker board A/P| 3 min", "wobble board| 2x1 min, eyes closed", "BAPS board L3| cw/ccw x 20", "standing on balance board| CGA",
        "standing on BOSU| 3x30 s",
    ],
    ("balance board with a task", "97530"): [
        "standing on rocker board while reaching for cones", "wobble board| with bending to pick up rings from floor",
        "balance board| while placing cups on shelf at varying heights", "standing on balance board stacking cones overhead",
        "standing on BOSU| reaching down for objects",
    ],
    ("squats for strength", "97110"): [
        "squats| for quad strength 3x10", "mini squats| to increase LE strength", "wall squats| f/ strgth", "squats| ↑ glute strength",
        "sit to stands| from mat for leg strength", "step ups| 6 in. to strengthen quads",
    ],
    ("squats for a task", "97530"): [
        "squats| to practise getting off the toilet", "mini squats| to practice getting up from low couch",
        "squats to chair| simulating toilet transfer", "squats| so she can lift grandchild from floor",
        "squats| in order to get out of the car",
    ],
    ("stairs: pattern", "97116"): [
        "stairs| step-to pattern with R rail", "stair training| 4 steps, cues for sequencing", "stairs| reciprocal pattern, one rail, SBA",
        "ascending 6 steps| leading with L, cane", "stair climbing| with VC for foot placement",
    ],
    ("stairs: task", "97530"): [
        "carrying laundry down the stairs", "stairs| holding a basket in one arm", "climbing stairs while carrying groceries",
        "up/down 8 steps| carrying 5 lb box", "stairs with suitcase",
    ],
    ("exercise aerobic machine", "97110"): [
        "NuStep| L4 x 10 min", "UBE| 6 min fwd/bwd", "recumbent bike| 8'", "arm ergometer| for endurance", "stationary bike| warm up",
    ],
    ("walking with cues", "97116"): [
        "amb 150 ft w/ RW| VC for step length", "walking in // bars| for equal stance time", "ambulated 200 feet with SPC| CGA",
        "gait training| FWW, heel strike cues", "walking with crutches| NWB, 3 point gait",
    ],
    ("obstacles and kerbs", "97116"): [
        "stepping over hurdles| in // bars", "curb training| 6 in.", "kerb practice| with stick", "obstacle course| with RW",
        "ramp and uneven surfaces| with cane",
    ],
    ("clinician's hands", "97140"): [
        "STM to upper traps", "gr III PA glides L4", "MFR to plantar fascia", "manual lymph drainage R arm", "cervical manual traction|, manual traction 5 min",
        "patellar mobs| all directions to increase ROM", "IASTM to ITB",
    ],
    ("the patient's own hands", "97110"): [
        "foam rolling ITB", "self-mobilization of hip with belt", "lacrosse ball release to piriformis", "self STM to calf with massage stick",
        "thoracic extension mobilization| over foam roller",
    ],
    ("passive movement by the therapist", "97110"): [
        "PROM R shoulder", "passive stretching of hamstrings by PT", "manual stretch to heel cord", "passive range of wrist| all planes",
        "manual stretching| to hip flexors",
    ],
    ("isometrics for motor control", "97112"): [
        "isometric cervical flexion| for motor control", "quad sets| for activation with tactile cues", "isometric TrA holds| to retrain timing",
        "alternating isometrics| for trunk control", "rhythmic stabilization| shoulder",
    ],
    ("isometrics for strength", "97110"): [
        "isometrics| shoulder ER for strength", "quad sets| to increase quad strength", "isometric hip abduction| f/ str",
        "glute sets| to build strength",
    ],
    ("tape for re-education", "97112"): [
        "kinesio tape to scapula| to facilitate lower trap", "K-tape quad| for muscle re-ed", "McConnell taping| for patellar tracking",
        "postural taping| as reminder for posture", "KT tape to R deltoid",
    ],
    ("tape for support: ankle", "29540"): [
        "ankle strapping| rigid tape for support", "athletic taping| R ankle", "low dye taping| arch support", "rigid taping of foot| to support arch",
    ],
    ("stimulation unattended", "G0283"): [
        "IFC| L-spine 15 min w/ MHP", "e-stim| unattended to low back for pain", "TENS| 15 min to shoulder for pain relief",
        "premod| with ice 12 min", "interferential| to knee",
    ],
    ("stimulation attended", "97032"): [
        "NMES to quads| with active quad sets", "FES| to dorsiflexors timed to swing by therapist", "attended e-stim| motor point stim to deltoid",
        "e-stim| with hand trigger during grasp", "FES| wrist extensors during functional task",
    ],
    ("scar and edema massage by the clinician", "97140"): [
        "scar massage| to incision", "retrograde massage| R hand", "edema massage to digits", "scar tissue mobilization| volar wrist",
    ],
    ("massage for relaxation", "97124"): [
        "massage to paraspinals| for relaxation", "effleurage and petrissage to calves", "therapeutic massage| to promote circulation",
        "massage| upper back",
    ],
    ("nerve glides", "97110"): [
        "median nerve glides| x10", "sciatic nerve flossing", "ulnar nerve gliding", "neural slider for radial nerve",
    ],
    ("whirlpool and fluidotherapy", "97022"): [
        "fluidotherapy| R hand 15 min", "whirlpool| to foot", "Fluido| 20'", "warm whirlpool| 15 min for stiffness",
    ],
    ("tilt table", "97530"): [
        "tilt table| 60 deg x 10 min", "tilt-table standing| for upright tolerance", "standing on tilt table", "tilt table progression| to 75 deg",
    ],
    ("first orthosis", "97760"): [
        "custom wrist splint fabrication", "fitting of new AFO| with wear schedule", "thumb spica splint molded and fitted",
        "resting hand splint| fabricated, issued", "orthotic training| donning brace, skin checks",
    ],
    ("later orthosis", "97763"): [
        "splint adjustment| dorsal strap", "orthosis check| red area over ulna", "AFO modification| trim line lowered",
        "wrist splint remolded| for increased extension", "brace adjustment", "orthotic checkout",
    ],
    ("first prosthesis", "97761"): [
        "donning/doffing prosthesis| with verbal cues", "walking in parallel bars with new prosthesis", "gait| with her first prosthesis, // bars",
        "prosthetic training| weight shift onto new limb", "donning liner and prosthetic socks",
    ],
    ("later prosthesis", "97763"): [
        "prosthetic checkout", "prosthesis adjustment| socket padding", "prosthesis check| for skin breakdown at fibular head",
        "assessment of existing prosthesis| which is rubbing", "prosthetic follow-up| at subsequent visit",
    ],
    ("sensory processing", "97533"): [
        "linear swing| for vestibular input", "sensory diet activities", "brushing protocol", "crash pad and heavy work| for self-regulation",
        "sensory processing activities",
    ],
    ("relearning to feel", "97112"): [
        "desensitization| with textures", "sensory re-education| of fingertips", "mirror therapy", "stereognosis practice",
        "desensitisation of stump",
    ],
    ("cognition", "97129"): [
        "memory strategies training", "problem-solving task", "attention task| number cancellation", "executive function training",
        "cognitive retraining",
    ],
    ("self-care", "97535"): [
        "LB dressing| with sock aid", "grooming at sink", "toileting| clothing management", "feeding| with built-up spoon", "energy conservation training| with return demo",
        "training in reacher use", "ADL retraining",
    ],
    ("household", "97535"): [
        "meal prep| simple sandwich", "kitchen safety training", "laundry management", "home safety training", "making the bed",
    ],
    ("community", "97537"): [
        "community outing| to grocery store", "public transport training", "street crossing", "community reintegration training",
    ],
    ("work hardening", "97545"): ["work hardening| 2 hrs", "work conditioning program", "work-hardening session", "work conditioning| day 3"],
    ("wheelchair", "97542"): [
        "w/c propulsion| 150 ft", "wheelchair management| brakes and leg rests", "power wheelchair training", "w/c positioning| cushion",
        "wheelchair seating assessment",
    ],
    ("transfers", "97530"): [
        "w/c to bed transfers", "stand pivot transfer", "slide board transfers| to mat", "car transfer practice", "toilet transfers| min A",
    ],
    ("bed mobility", "97530"): ["rolling L/R| min A", "supine to sit", "scooting up in bed", "bed mobility", "sit<>supine, bed mobility"],
    ("vestibular", "97112"): [
        "VOR x1| 60 s horizontal", "gaze stabilization| standing", "saccades", "Brandt-Daroff| x 5", "habituation exercises| for dizziness",
    ],
    ("facilitation", "97112"): ["NDT trunk facilitation", "PNF D2 UE", "Bobath weight shift", "rhythmic initiation rolling pattern, PNF"],
    ("tests as a service", "97750"): [
        "isokinetic test| with report", "functional capacity evaluation", "grip and pinch test battery| with written report",
        "gait analysis| with report",
    ],
    ("caregiver alone", "97550"): [
        "caregiver training| without patient present", "family training| patient not in the room, pt not present",
        "spouse education| w/o patient", "training of daughter| without the patient",
    ],
    ("group", "97150"): [
        "group exercise", "balance group", "seated ther ex| together with two patients", "hand group", "circuit| with 3 pts at the same time, 3 patients",
    ],
    ("water", "97113"): ["aquatic walking", "squats in the pool", "deep water running", "underwater treadmill", "balance work| in the pool"],
    ("unseen movement, stated strength", "97110"): [
        "clamshell dragons| for hip strength", "towel scrunchies| to build intrinsic strength", "landmine twists| to strengthen obliques",
        "fence climbers| ↑ shoulder strength",
    ],
    ("unseen movement, stated balance", "97112"): [
        "clock lunging taps| for balance", "heron holds| to challenge balance", "pirate steps| to improve stability",
        "flamingo drill| working on balance reactions",
    ],
    ("unseen movement, stated task", "97530"): [
        "hinge drill| to get up from the floor", "crate game| so he can lift groceries", "tall kneel drill| for floor transfers",
        "corner drill| to open the oven door",
    ],
}  # fmt: skip
CASES = [(name, code, wording) for (name, code), wordings in WORDINGS.items() for wording in wordings]


def test_every_pair_has_four_wordings_or_more() -> None:
    assert {name: len(w) for (name, _), w in WORDINGS.items() if len(w) < 4} == {}


@pytest.mark.parametrize(("name", "code", "wording"), CASES, ids=[f"{n}: {w}" for n, _, w in CASES])
def test_the_rules_tell_it_apart(name: str, code: str, wording: str) -> None:
    assert chosen(wording)[0] == code


BOTH_DEFENSIBLE = [
    ("stair climbing", {"97116", "97530"}),
    ("stair negotiation", {"97116", "97530"}),
    ("nerve glides", {"97110", "97112"}),
    ("tilt table", {"97530", "97110", "97112"}),
    ("scar massage| by therapist", {"97140", "97124"}),
    ("IFC| 15 min", {"G0283", "97014"}),
    ("unattended e-stim", {"G0283", "97014"}),
    ("manual stretching| of hamstrings", {"97110", "97140"}),
    ("isometric neck holds", {"97110", "97112"}),
    ("training in the use of a walker| at home", {"97535", "97116"}),
    ("walking with the new prosthesis", {"97761", "97116"}),
    ("elliptical| for endurance", {"97110", "97116"}),
]


@pytest.mark.parametrize(("wording", "codes"), BOTH_DEFENSIBLE, ids=[w for w, _ in BOTH_DEFENSIBLE])
def test_codes_among_which_the_therapist_may_choose(wording: str, codes: set[str]) -> None:
    assert codes <= chosen(wording)[1]


EVALUATIONS = [
    ("evaluation, low complexity", "PT", "97161"),
    ("initial evaluation| moderate complexity", "PT", "97162"),
    ("eval - high complexity", "PT", "97163"),
    ("PT re-evaluation", "PT", "97164"),
    ("evaluation| low complexity", "OT", "97165"),
    ("OT evaluation - mod complexity", "OT", "97166"),
    ("initial assessment| high complexity", "OT", "97167"),
    ("re-assessment", "OT", "97168"),
    ("physical therapy evaluation, high complexity", None, "97163"),
    ("occupational therapy evaluation| moderate complexity", None, "97166"),
]


@pytest.mark.parametrize(("wording", "discipline", "code"), EVALUATIONS)
def test_evaluations_go_by_discipline_and_complexity(wording: str, discipline: str | None, code: str) -> None:
    assert chosen(wording, discipline=discipline)[0] == code


def test_an_evaluation_without_its_complexity_leaves_all_three_open() -> None:
    code, defensible = chosen("physical therapy evaluation", discipline="PT")
    assert code == "97161"
    assert defensible == {"97161", "97162", "97163"}


@pytest.mark.parametrize(
    "wording", ["manual therapy to neck", "squats| for strength", "dressing training", "squats| in the pool"]
)
def test_inside_a_group_all_work_is_group_therapy(wording: str) -> None:
    assert chosen(wording, group=True) == ("97150", frozenset({"97150"}))


@pytest.mark.parametrize(
    ("wording", "classes", "encounter", "code"),
    [
        ("residual limb sock routine", ("prosthetic",), "initial", "97761"),
        ("residual limb sock routine", ("prosthetic",), "subsequent", "97763"),
        ("wrist orthosis session", ("orthotic",), "initial", "97760"),
        ("wrist orthosis session", ("orthotic",), "subsequent", "97763"),
    ],
)
def test_the_encounter_decides_for_devices(wording: str, classes: tuple[str, ...], encounter: str, code: str) -> None:
    assert chosen(wording, classes=classes, encounter=encounter)[0] == code


def test_the_deleted_checkout_code_is_never_proposed() -> None:
    assert all("97762" not in (rule.code, *rule.also) for rule in rule_book().rules.values())
