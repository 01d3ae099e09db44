# The public namespace recruit.stats; one stub a subject.
from recruit.stats._results import Dropped as Dropped
from recruit.stats._results import Estimate as Estimate
from recruit.stats._results import Estimates as Estimates
from recruit.stats._results import Interval as Interval
from recruit.stats._results import Note as Note
from recruit.stats._results import Test as Test
from recruit.stats._results import label as label
from recruit.stats._results import why as why
