"""What a regulation says of the procedure, read from Python: `Regulation.procedure`."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from fractions import Fraction

import pytest
import recruit

RULES = """
series = "test.procedure"
version = "1"
status = "example"
effective_from = 2020-01-01

[[fact]]
name = "present"
type = "integer"

[[stage]]
name = "written"
max = 100

[[stage]]
name = "trust"
max = 15

[score]
terms = [{ stage = "written" }]

[council]
size = { from = 5, to = 9, odd = true }
roles = ["chair", "secretary"]
quorum = "2/3"
equal_votes = "chair_decides"
after_recusal = "quorum"
boards = ["questions", "marking", "remarking"]
separate = [["marking", "remarking"]]
source = "Art. 7"

[[conflict]]
name = "kin"
relations = ["spouse", "sibling"]
degree = 2
bars = ["under_discipline"]
on_conflict = "recuse"
found_later = "strike"

[[step]]
name = "sealed"
who = "secretary"
documents = ["minutes"]
signatures = ["chair", "secretary"]
title = { en = "Papers sealed", vi = "Niêm phong đề thi" }

[[step]]
name = "reported"
who = "chair"
after = ["sealed", "ranked"]

[[deadline]]
name = "check"
from = "applications_closed"
to = "screened"
at_most = 15
days = "working"
tiers = [{ applicants = 500, at_most = 30 }]
postmark = true

[[consent]]
name = "party"
body = "Party committee"
before = "appointed"
document = "resolution"
refused = "next_in_rank"

[appeals]
allowed = ["written"]
not_for = ["trust"]
window = 15
decide_within = 10
decide_days = "working"
once = true
after_gate = "extra_sitting"
told = "next_vacancy"

[papers]
least = 2
leak = "void_stage"
double_entry = true

[[late]]
exam_from = 31
exam_up_to = 90
late_up_to = 10
force_majeure = "chair"

[[publication]]
name = "result"
to = "public"
at = "result_published"
channels = ["web", "press"]

[[minimum_field]]
least = 3
at = "written"
below = "readvertise"

[vote]
stage = "trust"
present = "present"
share = "2/3"
inclusive = false
round = "up"

[ending]
nobody_passes = "rerun"
fewer_than_seats = "vacancy_stays"
ties_decided_by = "approving_authority"
reason_required = true

[transition]
after = "written"
months = 3
otherwise = "cancelled"
on_expiry = "switches"
"""


def test_every_rule_of_the_procedure_is_read_as_it_was_written() -> None:
    said = recruit.Regulation.parse(RULES).procedure
    title = recruit.Regulation.parse(RULES).procedure.steps[0].title
    assert (title.en, title.vi) == ("Papers sealed", "Niêm phong đề thi")
    nothing = said.steps[1].title
    assert said == recruit.Procedure(
        council=recruit.Council(
            sizes=(5, 7, 9),
            roles=("chair", "secretary"),
            quorum=Fraction(2, 3),
            present=None,
            equal_votes="chair_decides",
            after_recusal="quorum",
            boards=("questions", "marking", "remarking"),
            separate=(("marking", "remarking"),),
            source="Art. 7",
        ),
        conflicts=(
            recruit.Conflict("kin", ("spouse", "sibling"), 2, ("under_discipline",), "recuse", "strike", ""),
        ),
        steps=(
            recruit.ProcedureStep("sealed", "secretary", (), ("minutes",), ("chair", "secretary"), title, ""),
            recruit.ProcedureStep("reported", "chair", ("sealed", "ranked"), (), (), nothing, ""),
        ),
        deadlines=(
            recruit.Deadline(
                name="check",
                since="applications_closed",
                until="screened",
                at_least=None,
                at_most=15,
                days="working",
                tiers=(recruit.DeadlineTier(500, 30),),
                postmark=True,
                title=said.deadlines[0].title,
                source="",
            ),
        ),
        consents=(
            recruit.Consent("party", "Party committee", "appointed", "resolution", "next_in_rank", ""),
        ),
        appeals=recruit.Appeals(
            allowed=("written",),
            not_for=("trust",),
            window=15,
            window_days="calendar",
            decide_within=10,
            decide_days="working",
            once=True,
            after_gate="extra_sitting",
            told="next_vacancy",
            source="",
        ),
        papers=recruit.Papers(2, "void_stage", True, ""),
        late=(recruit.LateArrival(31, 90, 10, "chair", ""),),
        publications=(recruit.Publication("result", "public", "result_published", ("web", "press"), ""),),
        minimum_fields=(recruit.MinimumField(3, "written", "readvertise", ""),),
        vote=recruit.ConfidenceVote("trust", "present", Fraction(2, 3), False, "up", ""),
        ending=recruit.Ending("rerun", "vacancy_stays", "approving_authority", True, ""),
        transition=recruit.Transition("written", 3, "cancelled", "switches", ""),
    )


def test_what_is_not_said_is_none_or_empty() -> None:
    said = recruit.datasets.example().regulation.procedure
    for field in dataclasses.fields(said):
        assert getattr(said, field.name) in (None, ()), field.name


def test_the_values_are_copied_pickled_hashed_and_not_changed() -> None:
    said = recruit.Regulation.parse(RULES).procedure
    assert pickle.loads(pickle.dumps(said)) == said == copy.deepcopy(said)
    assert len({said, recruit.Regulation.parse(RULES).procedure}) == 1
    assert said != recruit.Regulation.parse(RULES.replace("months = 3", "months = 4")).procedure
    with pytest.raises(dataclasses.FrozenInstanceError):
        said.steps[0].who = "chair"  # type: ignore[misc]


def test_more_relatives_are_barred_in_2025_than_in_2020() -> None:
    # Circular 6/2020 Art. 1; Decree 170/2025 Art. 8: uncles, aunts, siblings-in-law both ways.
    older, newer = (
        set(recruit.regulation(f"vn.cs.{year}").procedure.conflicts[0].relations) for year in (2020, 2025)
    )
    assert newer - older == {"adoptive_parent", "uncle_aunt", "spouse_of_sibling"}
    assert older < newer
    assert recruit.diff(recruit.regulation("vn.cs.2020"), recruit.regulation("vn.cs.2025"))
