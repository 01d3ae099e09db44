"""Types of agreement, intraclass correlations and rank correlations."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias, final

from recruit._core import _TableLike
from recruit.stats._groups import Comparison
from recruit.stats._marks import _Values
from recruit.stats._results import Dropped, Estimate, Estimates, Result, Test
from recruit.stats._time import Precision

_Marks: TypeAlias = Any  # long: what makes a Table; wide: a 2-D array or DataFrame, rows are units
_Missing: TypeAlias = Literal["refuse", "listwise", "components"]
_Weights: TypeAlias = Any  # a name below, or a square table
_RankCorrelation: TypeAlias = Literal[
    "spearman", "kendall_tau_b", "kendall_tau_c", "goodman_kruskal_gamma", "somers_d"
]

@final
class Ratings(Result):
    @property
    def units(self) -> list[str]: ...
    @property
    def raters(self) -> list[str]: ...
    @property
    def categories(self) -> list[str]: ...
    @property
    def values(self) -> list[float]: ...
    @property
    def codes(self) -> list[int]: ...
    @property
    def scale_given(self) -> bool: ...
    @property
    def dropped(self) -> list[Dropped]: ...

def ratings(
    data: _Marks,
    *,
    target: str | None = None,
    rater: str | None = None,
    score: str | None = None,
    scale: Iterable[object] | None = None,
) -> Ratings: ...
def percent_agreement(
    ratings: Ratings, *, weights: _Weights = "unweighted", level: float = 0.95
) -> Estimate: ...
def fleiss_kappa(ratings: Ratings, *, weights: _Weights = "unweighted", level: float = 0.95) -> Estimate: ...
def conger_kappa(ratings: Ratings, *, weights: _Weights = "unweighted", level: float = 0.95) -> Estimate: ...
def gwet_ac(ratings: Ratings, *, weights: _Weights = "unweighted", level: float = 0.95) -> Estimate: ...
def brennan_prediger(
    ratings: Ratings, *, weights: _Weights = "unweighted", level: float = 0.95
) -> Estimate: ...
def krippendorff_weighted(
    ratings: Ratings, *, weights: _Weights = "unweighted", level: float = 0.95
) -> Estimate: ...
def cohen_kappa(
    ratings: Ratings, first: str, second: str, *, weights: _Weights = "unweighted", level: float = 0.95
) -> Estimate: ...
def cohen_kappa_test(
    ratings: Ratings, first: str, second: str, *, weights: _Weights = "unweighted"
) -> Test: ...
def light_kappa(ratings: Ratings, *, weights: _Weights = "unweighted") -> Estimate: ...
def fleiss_kappa_test(ratings: Ratings) -> Test: ...
def fleiss_kappa_by_category(ratings: Ratings) -> Estimates: ...
def krippendorff_alpha(
    ratings: Ratings,
    *,
    metric: Literal["nominal", "ordinal", "interval", "ratio"],
    replicates: int = 0,
    seed: int | None = None,
    level: float = 0.95,
    threads: int = 0,
    progress: Callable[[float], object] | None = None,
) -> Estimate: ...
def icc(
    data: _Marks,
    *,
    target: str | None = None,
    rater: str | None = None,
    score: str | None = None,
    interval: Literal["none", "mcgraw_wong", "spearman_brown"] = "none",
    missing: _Missing = "refuse",
    level: float = 0.95,
) -> Estimates: ...
def ratings_anova(
    data: _Marks,
    *,
    target: str | None = None,
    rater: str | None = None,
    score: str | None = None,
    missing: _Missing = "refuse",
) -> Comparison: ...
def kendall_w(
    data: _Marks,
    *,
    target: str | None = None,
    rater: str | None = None,
    score: str | None = None,
    missing: _Missing = "refuse",
) -> Estimate: ...
def kendall_w_test(
    data: _Marks,
    *,
    target: str | None = None,
    rater: str | None = None,
    score: str | None = None,
    missing: _Missing = "refuse",
) -> Test: ...
def rank_correlation(
    first: _Values, second: _Values, *, coefficient: _RankCorrelation, level: float = 0.95
) -> Estimate: ...
def kendall_test(first: _Values, second: _Values) -> Test: ...

@final
class ContestPrecision:
    @property
    def contest(self) -> str: ...
    @property
    def candidates(self) -> int: ...
    @property
    def members(self) -> int: ...
    @property
    def marks(self) -> int: ...
    @property
    def complete(self) -> bool: ...
    @property
    def residual(self) -> float | None: ...
    @property
    def sem(self) -> float | None: ...
    def __hash__(self) -> int: ...

@final
class VarianceComponents(Result):
    @property
    def estimates(self) -> Estimates: ...
    @property
    def contests(self) -> list[ContestPrecision]: ...
    @property
    def df(self) -> int: ...
    @property
    def exchangeable(self) -> bool: ...
    def __getitem__(self, quantity: str) -> Estimate: ...
    def precision(self, members: int) -> Precision | None: ...

@final
class ContestMarks:
    def __init__(
        self, data: _TableLike, *, contest: str, candidate: str, member: str | None = None, mark: str
    ) -> None: ...
    def __len__(self) -> int: ...
    def __add__(self, other: ContestMarks) -> ContestMarks: ...
    def __iadd__(self, other: ContestMarks) -> ContestMarks: ...
    def __hash__(self) -> int: ...
    def components(
        self,
        *,
        method: Literal["anova", "reml"],
        replicates: int = 0,
        seed: int | None = None,
        level: float = 0.95,
        threads: int = 0,
        progress: Callable[[float], object] | None = None,
    ) -> VarianceComponents: ...

def variance_components(
    data: _TableLike,
    *,
    contest: str,
    candidate: str,
    member: str | None = None,
    mark: str,
    method: Literal["anova", "reml"],
    replicates: int = 0,
    seed: int | None = None,
    level: float = 0.95,
    threads: int = 0,
    progress: Callable[[float], object] | None = None,
) -> VarianceComponents: ...
def one_way_components(
    data: _TableLike, *, value: str, group: str, method: Literal["anova", "reml"]
) -> Estimates: ...
def severity(
    data: _TableLike,
    *,
    contest: str,
    candidate: str,
    member: str | None,
    mark: str,
    level: float = 0.95,
) -> Estimates: ...
