"""Every statement of the four seed documents about what belongs to a code, with the rule that holds it.

A row: seed file, the statement in our own words, a phrase of our own that it decides, the rule expected to hold, the
code that the rules choose, and (where the guide overrules the seed) the seed's own code, which stays defensible.
"""

from typing import NamedTuple

import pytest

from nlp_coder.classify.described import Described
from nlp_coder.classify.rule_purposes import purposes_in
from nlp_coder.classify.rules import match, rule_book, weights


class Statement(NamedTuple):
    seed: str
    says: str
    phrase: str
    rule: str
    code: str
    seeds_code: str = ""
    classes: tuple[str, ...] = ()
    group: bool = False
    encounter: str | None = None


S = Statement
STATEMENTS = [
    # seed 000
    S("000", "exercise to develop strength is 97110", "hip abduction for strength", "purpose-strength", "97110"),
    S("000", "exercise to develop endurance is 97110", "arm circles to build endurance", "purpose-endurance", "97110"),
    S("000", "exercise to develop range of motion is 97110", "wrist circles to increase ROM", "purpose-rom", "97110"),
    S("000", "exercise to develop flexibility is 97110", "trunk twists for flexibility", "purpose-flexibility", "97110"),
    S("000", "one or more areas: several parameters of exercise remain one code", "mat program for strength and endurance",
      "two-parameters-one-code", "97110"),
    S("000", "treadmill for endurance", "treadmill 8 min for endurance", "treadmill-endurance", "97110"),
    S("000", "a gymnastic ball for stretching", "lat stretch over gym ball", "ball-stretching", "97110"),
    S("000", "isokinetic exercise for range of motion", "isokinetic knee exercise", "isokinetic", "97110"),
    S("000", "lumbar stabilization for flexibility", "lumbar stabilization to improve flexibility",
      "lumbar-stabilization-flexibility", "97110"),
    S("000", "lumbar stabilization without a word on control", "lumbar stabilization series", "core-stabilization-bare",
      "97110"),
    S("000", "re-education of movement by name", "neuromuscular re-education of the trunk", "nmr-words", "97112"),
    S("000", "balance is 97112", "clock taps for balance", "purpose-balance", "97112"),
    S("000", "coordination is 97112", "alternating arm taps for coordination", "purpose-coordination", "97112"),
    S("000", "kinesthetic sense is 97112", "limb matching for kinesthetic sense", "purpose-proprioception", "97112"),
    S("000", "posture is 97112", "seated reset to improve posture", "purpose-posture", "97112"),
    S("000", "proprioception is 97112", "heel touches for proprioception", "purpose-proprioception", "97112"),
    S("000", "sitting and standing activities for these", "static standing balance", "standing-balance", "97112"),
    S("000", "normal patterns of body movement are restored", "reach drills to relearn normal movement",
      "movement-patterns", "97112"),
    S("000", "standing balance", "standing balance in corner", "standing-balance", "97112"),
    S("000", "seated stability exercise", "seated stability drills", "seated-stability", "97112"),
    S("000", "postural retraining", "postural re-training at mirror", "postural-retraining", "97112"),
    S("000", "isometric muscle contractions", "isometric muscle contractions of the cuff", "isometric-contractions",
      "97112"),
    S("000", "BAPS boards", "BAPS level 2", "baps", "97112"),
    S("000", "proprioceptive neuromuscular facilitation", "PNF D1 extension", "pnf", "97112"),
    S("000", "Feldenkrais", "Feldenkrais lesson supine", "feldenkrais", "97112"),
    S("000", "Bobath", "Bobath handling of trunk", "bobath-ndt", "97112"),
    S("000", "97112 serves stroke and other neuromuscular illness", "neuro re-ed after CVA", "nmr-words", "97112"),
    S("000", "97112 serves orthopaedic outpatients as well", "neuro re-ed of scapula after cuff repair", "nmr-words",
      "97112"),
    S("000", "re-education with two or more individuals is 97150", "standing balance", "group-flag", "97150", group=True),
    S("000", "in a group the specific code is not given as well", "group therapy: posture work", "group-words", "97150"),
    S("000", "bending", "bending to floor for toys", "bend-reach-catch", "97530"),
    S("000", "lifting", "lifting from the floor to counter", "lift-carry-reach", "97530"),
    S("000", "carrying", "carrying a crate across the gym", "lift-carry-reach", "97530"),
    S("000", "reaching", "reaching into a high cupboard", "bend-reach-catch", "97530"),
    S("000", "catching", "catching beanbags", "bend-reach-catch", "97530"),
    S("000", "transfers", "transfers chair to mat", "transfer", "97530"),
    S("000", "overhead activities", "overhead activity at shelf", "bend-reach-catch", "97530"),
    S("000", "functional performance is the aim of 97530", "kneel practice for functional mobility", "purpose-function",
      "97530"),
    S("000", "several deficits through one functional activity", "box task for strength and balance",
      "functional-two-areas", "97530", classes=("functional",)),
    S("000", "two or more target areas speak for 97530", "obstacle box drill for strength and coordination",
      "exercise-two-areas", "97530", classes=("exercise",)),
    S("000", "ankle weights in the wheelchair", "3# ankle weights, seated in wheelchair", "seated-ankle-weights", "97110"),
    S("000", "cuff weights in a fine-motor task at the table", "1# cuff weights during pegboard task at table top",
      "fine-motor-weights", "97530"),
    # seed 001
    S("001", "exercise that builds strength or endurance towards normal function", "band rows to build strength",
      "purpose-strength", "97110"),
    S("001", "real-life skills such as transferring are 97530", "transferring from bed", "transfer", "97530"),
    S("001", "real-life skills are practised", "squats to practise getting out of a low chair", "practise-task", "97530"),
    S("001", "muscle weakness is met by 97110", "leg raises to address weakness", "purpose-strength", "97110"),
    S("001", "stiffness is met by 97110", "knee bends to reduce and for stiffness", "purpose-rom", "97110"),
    S("001", "active exercise", "AROM of the shoulder", "rom-word", "97110"),
    S("001", "active-assisted exercise", "AAROM with dowel", "rom-word", "97110"),
    S("001", "passive exercise", "PROM of the elbow", "passive-by-therapist", "97110"),
    S("001", "free weights for arm strength", "free weights for biceps strength", "weights", "97110"),
    S("001", "walking on a treadmill to build endurance", "walking on treadmill to build endurance",
      "treadmill-endurance", "97110"),
    S("001", "overhead stretches with a band for shoulder range", "overhead stretches with TheraBand for shoulder ROM",
      "overhead-band-stretch", "97110"),
    S("001", "putty to build hand strength after a stroke", "TheraPutty to increase hand strength after stroke",
      "putty-strength", "97110"),
    S("001", "one deficit area: range", "pulleys for ROM", "purpose-rom", "97110"),
    S("001", "functional activities are 97530, not exercise", "functional activities in standing", "real-life-skill",
      "97530"),
    S("001", "transferring from a chair", "transferring from an armchair", "transfer", "97530"),
    S("001", "balance board while bending down", "standing on balance board while bending for cones",
      "balance-surface-task", "97530"),
    S("001", "balance board while reaching at varying heights", "rocker board, reaching for rings at varying heights",
      "balance-surface-task", "97530"),
    S("001", "a fine-motor task with cuff weights on", "bead stringing task with cuff weights", "fine-motor-weights",
      "97530"),
    S("001", "two or more areas: balance, flexibility, strength", "step task for balance, flexibility and strength",
      "dynamic-three", "97530", classes=("functional",)),
    S("001", "exercise supports bathing, dressing, feeding: still exercise where strength is trained",
      "arm raises for strength for functional reaching", "strength-for-function", "97110"),
    # seed 002
    S("002", "grip test", "grip test both hands", "performance-test", "97750"),
    S("002", "gait analysis", "gait analysis on walkway", "performance-test", "97750"),
    S("002", "pinch test", "pinch test, three positions", "performance-test", "97750"),
    S("002", "functional performance test", "functional performance test with report", "performance-test", "97750"),
    S("002", "a test of its own before treatment", "balance test battery with written report", "test-report", "97750"),
    S("002", "endurance of any body part", "calf pumps for endurance", "purpose-endurance", "97110"),
    S("002", "strength of any body part", "neck nods for strength", "purpose-strength", "97110"),
    S("002", "flexibility and range", "ankle moves for flexibility and ROM", "two-parameters-one-code", "97110"),
    S("002", "ballistic exercise", "ballistic throws on sled", "isotonic-ballistic", "97110"),
    S("002", "isokinetic exercise", "isokinetic leg work", "isokinetic", "97110"),
    S("002", "isotonic exercise", "isotonic knee work", "isotonic-ballistic", "97110"),
    S("002", "the brain relearns to control muscles", "cueing to re-educate the quad", "movement-patterns", "97112"),
    S("002", "balance, kinesthetic sense and posture", "wall drills for posture", "purpose-posture", "97112"),
    S("002", "desensitization", "desensitization of fingertip", "desensitization", "97112"),
    S("002", "Kinesio taping", "Kinesio taping of deltoid", "kinesio-reeducation", "97112"),
    S("002", "ergonomic training", "ergonomic training at desk for posture", "ergonomic-posture", "97112"),
    S("002", "strengthening leg muscles to walk: exercise by the guide", "leg strengthening for gait and strength",
      "leg-strength-walking", "97110", "97116"),
    S("002", "ellipticals and the like within gait training", "elliptical for gait pattern", "elliptical-gait", "97116"),
    S("002", "an elliptical for endurance: exercise by the guide", "elliptical 10 min for endurance",
      "elliptical-alone", "97110", "97116"),
    S("002", "jumping over items to walk with less fall risk", "jumping over items so as to walk with few falls",
      "jump-fall-risk", "97116"),
    S("002", "obstacles for walking", "stepping over hurdles", "obstacles", "97116"),
    S("002", "pressure on muscles by hand", "sustained pressure to piriformis", "manual-resistance-to-tissue", "97140"),
    S("002", "manual traction", "manual cervical traction", "manual-traction", "97140"),
    S("002", "soft tissue mobilization", "soft tissue mobilization of calf", "manual-words", "97140"),
    S("002", "lymphatic drainage", "manual lymphatic drainage of arm", "lymph-drainage", "97140"),
    S("002", "any service in a group", "chair exercise class", "group-flag", "97150", group=True),
    S("002", "several patients at once", "circuit together with two patients", "group-patients", "97150"),
    S("002", "dynamic activities need balance, strength and flexibility", "step drill for balance, strength, flexibility",
      "dynamic-three", "97530", classes=("functional",)),
    S("002", "stair negotiation", "stair negotiation", "stair-negotiation", "97530"),
    S("002", "bed mobility", "bed mobility practice", "bed-mobility", "97530"),
    S("002", "sit-to-stand", "sit-to-stand x 8", "sit-to-stand", "97530"),
    S("002", "use of walking devices to live independently", "training with cane at home", "device-at-home", "97535"),
    S("002", "teaching an assistive walking device", "use of assistive walking device", "device-teaching", "97535"),
    S("002", "ADL training", "ADL training at sink", "adl-words", "97535"),
    S("002", "strength built inside ADL", "bathing and dressing to build strength", "adl-strength", "97535"),
    S("002", "eating", "eating with built-up fork", "adl-words", "97535"),
    S("002", "bathing", "bathing seated", "adl-words", "97535"),
    S("002", "dressing", "lower body dressing", "adl-words", "97535"),
    S("002", "toileting", "toileting with grab bar", "adl-words", "97535"),
    S("002", "prosthetic assessment", "prosthetic assessment before delivery", "prosthesis-train", "97761"),
    S("002", "prosthetic fitting", "prosthetic fitting", "prosthesis-train", "97761"),
    S("002", "putting on and taking off the prosthesis", "donning and doffing prosthesis", "prosthesis-train", "97761"),
    S("002", "walking with the prosthesis", "walking in bars with new prosthesis", "prosthesis-new-walk", "97761"),
    S("002", "sitting with the prosthesis", "sitting down with new prosthesis", "prosthesis-new-walk", "97761"),
    S("002", "writing with the prosthesis", "writing with the new prosthesis", "prosthesis-new-walk", "97761"),
    S("002", "gripping with the prosthesis", "gripping cups with new myoelectric arm prosthesis", "prosthesis-new-walk",
      "97761"),
    S("002", "an existing prosthesis is assessed (97762 then, 97763 since 2018)", "prosthetic checkout",
      "prosthetic-checkout", "97763"),
    S("002", "pain with the device", "prosthesis check, pain with the device on ramps", "prosthesis-problem", "97763"),
    S("002", "loss of function because of the device", "prosthesis review for loss of function", "prosthesis-problem",
      "97763"),
    S("002", "changes to the device", "prosthesis adjustment at socket", "prosthetic-checkout", "97763"),
    S("002", "a complete change of the device", "prosthetic replacement check", "prosthetic-checkout", "97763"),
    # seed 003
    S("003", "strengthening exercise by name", "strengthening exercises", "strengthening-word", "97110"),
    S("003", "weights", "hand weights", "weights", "97110"),
    S("003", "resistance bands", "resistance bands", "weights", "97110"),
    S("003", "bodyweight", "bodyweight strengthening circuit", "bodyweight", "97110"),
    S("003", "gentle range of motion after injury or surgery", "gentle motion of the wrist after surgery",
      "gentle-rom-surgery", "97110"),
    S("003", "endurance training", "endurance training", "endurance-word", "97110"),
    S("003", "stretching", "calf stretch", "stretch-word", "97110"),
    S("003", "exercise after surgery", "exercises after rotator cuff repair", "post-op-strength", "97110"),
    S("003", "exercise after injury", "strengthening after fracture", "post-op-strength", "97110"),
    S("003", "specific exercise against chronic pain", "back exercises to reduce pain", "purpose-pain-exercise", "97110"),
    S("003", "motor skills after stroke: re-education by the guide", "exercises to regain motor skills in Parkinson's",
      "neuro-exercise-motor-skills", "97112", "97110"),
    S("003", "exercise for balance and against falls: re-education by the guide", "exercises to improve balance",
      "balance-exercise-as-exercise", "97112", "97110"),
    S("003", "programmes for athletes who return to sport", "exercises for return to sport", "sports-return", "97110"),
    S("003", "97112 improves balance, coordination, kinesthesia, posture, proprioception",
      "marching for balance and proprioception", "purpose-proprioception", "97112"),
    S("003", "reaching for objects", "reaching for objects in standing", "bend-reach-catch", "97530"),
    S("003", "lifting", "lifting technique with crate", "lift-carry-reach", "97530"),
    S("003", "bending", "bending to shoe level for boxes", "bend-reach-catch", "97530"),
    S("003", "stepping as in real life", "stepping and reaching to counter", "bend-reach-catch", "97530"),
    S("003", "massage to free soft tissue", "massage for soft tissue restrictions", "massage-tissue", "97140"),
    S("003", "mobilization", "joint mobilization of the wrist", "joint-mobs", "97140"),
    S("003", "manipulation", "thoracic manipulation", "manipulation", "97140"),
    S("003", "hands-on work to improve joint movement", "massage to improve joint motion", "massage-tissue", "97140"),
    S("003", "the goal decides: strength, endurance, range or flexibility is 97110", "marching for hip strength",
      "purpose-strength", "97110"),
]  # fmt: skip


def evidence_for(statement: Statement):  # type: ignore[no-untyped-def]
    phrase = statement.phrase
    return match(Described(phrase, phrase, classes=statement.classes, purposes=purposes_in(phrase),
                           group=statement.group, encounter=statement.encounter))  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s.seed}: {s.says}")
def test_the_statement_is_a_rule_and_decides(statement: Statement) -> None:
    evidence = evidence_for(statement)
    assert statement.rule in {piece.id for piece in evidence}, [piece.id for piece in evidence]
    assert next(iter(weights(evidence)), None) == statement.code, weights(evidence)
    if statement.seeds_code:
        assert statement.seeds_code in rule_book().defensible(evidence)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s.seed}: {s.rule}")
def test_the_rule_names_its_source(statement: Statement) -> None:
    source = rule_book().rules[statement.rule].source
    assert "seed" in source or "annotation guide" in source or source == "general knowledge"
