// Which column of a return is which: names in Vietnamese and English, as people shorten and decorate them.

#include "programme/returns/headers.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <recruit/text/normal.hpp>

#include "base/join.hpp"
#include "programme/columns.hpp"

namespace recruit::detail {

namespace {

/// Other names than the catalogue's labels; for recognising only, nobody reads them.
constexpr std::pair<std::string_view, std::string_view> synonyms[]{
    {"agency", "Cơ quan"},
    {"agency", "Đơn vị"},
    {"agency", "Mã cơ quan"},
    {"agency", "Bộ, ngành, địa phương"},
    {"agency", "Agency"},
    {"competition", "Kỳ thi"},
    {"competition", "Competition"},
    {"competition", "Mã kỳ"},
    {"position", "Chức danh thi tuyển"},
    {"position", "Vị trí"},
    {"position", "Position"},
    {"titles", "Số chức danh thi tuyển"},
    {"seats", "Số chỉ tiêu"},
    {"seats", "Chỉ tiêu"},
    {"field", "Trong quy hoạch"},
    {"field", "Nguồn quy hoạch"},
    {"applied", "Số người dự tuyển"},
    {"applied", "Đăng ký"},
    {"applied", "Dự tuyển"},
    {"applied", "Số hồ sơ"},
    {"applied", "Applicants"},
    {"eligible", "Đủ điều kiện"},
    {"sat", "Dự thi"},
    {"passed", "Đạt"},
    {"passed", "Đạt yêu cầu"},
    {"winners", "Trúng tuyển"},
    {"winners", "Số trúng tuyển"},
    {"winners", "Selected"},
    {"appointed", "Bổ nhiệm"},
    {"appointed", "Đã bổ nhiệm"},
    {"announced_on", "Thông báo"},
    {"closed_on", "Hết hạn nộp hồ sơ"},
    {"closed_on", "Hạn nộp hồ sơ"},
    {"examined_on", "Thi"},
    {"published_on", "Công bố kết quả"},
    {"published_on", "Ngày công bố"},
    {"ending", "Kết quả"},
    {"difficulties", "Khó khăn"},
    {"difficulties", "Vướng mắc"},
    {"proposals", "Kiến nghị"},
    {"proposals", "Đề xuất"},
};

constexpr std::string_view numbering[]{"STT", "TT", "Số TT", "No.", "No", "#"};
constexpr std::string_view totals[]{"Tổng cộng", "Tổng số", "Tổng", "Cộng", "Total"};
constexpr std::string_view none_held[]{
    "Không tổ chức thi tuyển", "Không tổ chức thi tuyển trong kỳ",  "Không tổ chức",
    "No contest was held",     "No contest was held in the period", "Nil return"};

template <class List>
bool is_one_of(const List& list, const std::string& key) {
    for (const auto text : list) {
        if (texts::match_key(text) == key) return true;
    }
    return false;
}

const std::map<std::string, std::size_t>& names() {
    static const auto known = [] {
        std::map<std::string, std::size_t> map;
        for (std::size_t i = 0; i < programme.size(); ++i) {
            map.try_emplace(texts::match_key(programme[i].name), i);
            for (const auto language : {Language::en, Language::vi})
                map.try_emplace(texts::match_key(text(programme[i].label, language)), i);
        }
        for (const auto& [column, name] : synonyms)
            map.try_emplace(texts::match_key(name), column_number(column));
        return map;
    }();
    return known;
}

}  // namespace

std::optional<std::size_t> column_named(const std::string& key) {
    const auto at = names().find(key);
    if (at == names().end()) return std::nullopt;
    return at->second;
}
bool is_numbering(const std::string& key) { return is_one_of(numbering, key); }
bool is_total(const std::string& key) { return is_one_of(totals, key); }
bool is_body_label(const std::string& key) {
    for (const auto language : {Language::en, Language::vi}) {
        if (texts::match_key(text(word::return_form_body, language)) == key) return true;
    }
    return false;
}
bool is_none_held(const std::string& key) { return is_one_of(none_held, key); }

bool is_synthetic(const std::string& key) {
    static const std::string words = texts::match_key("số liệu mô phỏng");
    return key.find(words) != std::string::npos;
}

bool is_form(const std::string& key) {
    static const auto titles =
        std::pair{texts::match_key(std::string{text(word::return_form_title, Language::vi)}),
                  texts::match_key(std::string{text(word::return_form_title, Language::en)})};
    return key == titles.first || key == titles.second;
}

std::string codes_of(std::string_view prefix, const std::string& words) {
    static const auto known = [] {
        std::map<std::string, std::string> codes;  // by prefix and words
        for (std::size_t i = 0; i < text_count(); ++i) {
            const auto key = static_cast<Text>(i);
            const auto name = to_string(key);
            for (const std::string_view one : {"difficulty_", "proposal_"}) {
                if (!name.starts_with(one)) continue;
                for (const auto language : {Language::en, Language::vi}) {
                    codes.try_emplace(std::string{one} + texts::match_key(text(key, language)),
                                      name.substr(one.size()));
                }
            }
        }
        return codes;
    }();
    std::string names;
    for (std::string_view rest = words; !rest.empty();) {
        const auto end = std::min(rest.find(';'), rest.size());
        auto part = rest.substr(0, end);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (part.empty()) continue;
        const auto at = known.find(std::string{prefix} + texts::match_key(part));
        add_item(names, at == known.end() ? part : at->second, "; ");
    }
    return names;
}

}  // namespace recruit::detail
