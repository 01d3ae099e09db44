"""Figures that were published of real contests, restated: what a review can start from, and how little."""

from __future__ import annotations

from recruit import _core

_COLUMNS = (
    "agency",
    "competition",
    "level",
    "tier",
    "year",
    "titles",
    "seats",
    "applied",
    "winners",
    "source",
)
_REPORT = "Interim report on the pilot, 2020"
_VT = "vietnamnet.vn/1-choi-3-thi-lam-hieu-truong-pho-hieu-truong-31-nguoi-trung-tuyen-2048547.html"

# Confidence: B, the programme's own report; E, seen in an extract of the page; S, in a search result.
# An empty figure was not published; "more than" and "about" are no figures and stand in the note.
_LINES: tuple[tuple[object, ...], ...] = (
    ("Central bodies of the pilot", "pilot-central", "central", None, None, 29, None, None, 42, _REPORT, "B",
     "12 of 14 bodies held contests"),
    ("Provinces of the pilot", "pilot-province", "province", None, None, 86, None, None, 368, _REPORT, "B",
     "17 of 22 bodies held contests"),
    ("Central Organising Commission", "coc-2017", "central", "vụ", 2017, 3, 3, 12, 3,
     "hoinongdan.bacgiang; plo.vn 731170", "E", "5, 3 and 4 candidates; all 12 from inside"),
    ("Central Organising Commission", "coc-institute", "central", "vụ", 2019, 1, 3, 8, 3,
     "news repository 27455104103", "S", "one contest for 3 seats; the year is inferred"),
    ("Central Organising Commission", "coc-2022", "central", "vụ", 2022, 1, 1, 6, 1,
     "news repository 38177854656", "S", "order by lot"),
    ("Ministry of Home Affairs", "moha-2017", "central", "vụ", 2017, 3, None, None, None, "phapluat.news",
     "E",
     "planned"),
    ("Ministry of Home Affairs", "moha-2018", "central", "vụ", 2018, 5, None, None, None, "phapluat.news",
     "E",
     "planned"),
    ("Ministry of Justice", "justice-2015", "central", "vụ", 2015, 4, None, None, None,
     "vietnamnet.vn 233866",
     "E", "the year is inferred"),
    ("Ministry of Transport", "transport-2014", "central", "vụ", 2014, 1, 1, 6, 1, "giaoduc.edu.vn", "E",
     "4 from inside, 2 from outside; jury of 15; 3 days"),
    ("Quảng Ninh", "quang-ninh-2012", "province", "sở", 2012, 2, 2, 11, 2, "tienphong.vn 609618", "E",
     "11 is inferred: 2 winners and 9 others"),
    ("Quảng Ninh", "quang-ninh-2013", "province", "sở", 2013, 2, 2, 11, 2, "plo.vn 311882", "E", ""),
    ("Quảng Ninh", "quang-ninh-2023", "province", "sở", 2023, 3, 3, None, 3,
     "thoibaotaichinhvietnam.vn 135993",
     "E", "6 finalists, 2 a title, after a test; how many applied was not published; the year is about"),
    ("Đà Nẵng", "da-nang-2010", "province", "phòng", None, None, None, None, 68, "cand.com.vn 174996", "E",
     "20 rounds from 2005 to about 2010; more than 200 candidates; at least 3 a contest"),
    ("Đà Nẵng", "da-nang-2013", "province", None, None, 114, None, None, None, "m.vietnamnet.vn 132916", "E",
     "from 2005 to July 2013; holds the rounds to 2010"),
    ("Hải Châu", "hai-chau-4", "district", "phòng", None, None, None, 18, None, "sggp.org.vn", "E",
     "principals and vice-principals, 7 and 11; fourth round"),
    ("Thanh Khê", "thanh-khe-2008", "district", "phòng", 2008, 1, 3, 15, 3, "baodanang.vn", "E",
     "one post now and two reserved"),
    ("Ninh Bình", "ninh-binh-2013", "province", "phòng", 2013, 1, 1, 2, 1, "baoninhbinh.org.vn", "E",
     "with a vote of confidence"),
    ("Hải Phòng", "hai-phong-2014", "province", "phòng", None, 1, 1, 3, 1, "giaoduc.edu.vn", "E",
     "about 2013 to 2015"),
    ("Thừa Thiên Huế", "hue-2015", "province", "phòng", 2015, 2, 2, 6, None, "copy of a press report", "E",
     ""),
    ("Thừa Thiên Huế", "hue-2019", "province", "phòng", 2019, 1, 1, 2, None, "copy of a press report", "E",
     "both from inside"),
    ("Điện Biên", "dien-bien-2022", "province", "sở", 2022, 5, 5, 21, None,
     "nhandan.vn 688549; dienbientv.vn",
     "E", "for the first time"),
    ("Vũng Tàu", "vung-tau-principal", "district", "phòng", 2022, 13, 13, 28, 12, _VT, "E",
     "principals; the year is inferred"),
    ("Vũng Tàu", "vung-tau-vice", "district", "phòng", 2022, 29, 29, 70, 19, _VT, "E",
     "vice-principals; the year is inferred"),
    ("Châu Đức", "chau-duc-2023", "district", "phòng", 2023, 16, 16, 22, None, "baobariavungtau.vn 973820",
     "E", "15 vice-principals and one deputy head of a centre"),
    ("Thành phố Hồ Chí Minh", "hcmc-2023", "province", "phòng", 2023, 16, 16, None, 13,
     "gialaitv.vn; vrviet.vn",
     "E", "at 7 units; some titles had many candidates, some one or none; planned as 13 at 6 units"),
    ("Thành phố Hồ Chí Minh", "hcmc-2024", "province", "sở", 2024, 7, 7, None, None, "vrviet.vn", "E",
     "planned: a deputy director in each of 7 departments"),
    ("Hàm Yên", "ham-yen-2024", "district", "phòng", 2024, 2, 2, 5, None, "sotaydangvien.vn", "E",
     "2 and 3 candidates"),
    ("Hà Nội", "ha-noi-entry-2014", "province", "entry", 2014, None, None, None, 225, "cand.com.vn 338199",
     "E",
     "a contrast: entry to the civil service, nearly 4,000 candidates, 8.57 a place, up to 70"),
)  # fmt: skip


def published_aggregates() -> _core.Table:
    """Restate what was published of contests for leading posts in Vietnam, 2005 to 2024: real figures.

    A row is what one source says of one body and time; it may stand for many titles. What was not published
    is empty, and `review` says what can and what cannot be known from it. Rows of one body may overlap in
    time, as their ``note`` says: do not add them up without reading it.

    Returns
    -------
    Table
        Columns of `programme_columns` that are there (agency, competition, level, tier, year, titles, seats,
        applied, winners, source), ``confidence`` (B: the programme's own report; E: seen in an extract of
        the page; S: seen in a search result) and ``note``.

    Examples
    --------
    >>> reviewed = recruit.review(recruit.datasets.published_aggregates(), by=["agency"])
    >>> reviewed.at(["Provinces of the pilot"])["fill_rate"].state
    'unit_unclear'
    """
    columns = (*_COLUMNS, "confidence", "note")
    return _core.Table({name: [line[i] for line in _LINES] for i, name in enumerate(columns)})
