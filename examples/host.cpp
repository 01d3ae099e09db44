// An HR system that holds a contest inside itself: its own database and users, recruit's journal beside them.
// Who somebody is, the host knows; what they may do, recruit says; what was done, the journal keeps.

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <recruit/recruit.hpp>
#include <stdexcept>
#include <string>
#include <vector>

using recruit::ActKind;
using recruit::Fields;

namespace {

/// The host's own database. It knows logins and names; recruit never sees it.
class Database {
public:
    explicit Database(const std::filesystem::path& file) {
        if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error{"no database"};
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { sqlite3_close(handle_); }

    std::vector<std::vector<std::string>> run(const char* sql, const std::vector<std::string>& values = {}) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v2(handle_, sql, -1, &made, nullptr) != SQLITE_OK)
            throw std::runtime_error{sqlite3_errmsg(handle_)};
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement{made, sqlite3_finalize};
        for (std::size_t i = 0; i < values.size(); ++i)
            sqlite3_bind_text(made, static_cast<int>(i) + 1, values[i].c_str(), -1, SQLITE_TRANSIENT);
        std::vector<std::vector<std::string>> rows;
        while (sqlite3_step(made) == SQLITE_ROW) {
            auto& row = rows.emplace_back();
            for (int i = 0; i < sqlite3_column_count(made); ++i)
                row.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(made, i)));
        }
        return rows;
    }

private:
    sqlite3* handle_ = nullptr;
};

/// The part of the host that answers requests about one contest.
class ContestService {
public:
    ContestService(Database& database, std::unique_ptr<recruit::JournalStore> journal)
        : database_{database},
          journal_{std::move(journal)},
          contest_{recruit::Competition::replay(*journal_)} {}

    /// A request of somebody who is logged in. Its id makes a retry harmless: nothing is done twice.
    std::string handle(const std::string& login, const std::string& request, ActKind kind,
                       const Fields& fields, const char* moment) {
        try {
            const auto before = contest_.size();
            contest_.submit(*journal_, {kind, person(login), fields}, *recruit::parse_instant(moment),
                            entropy(request), request);
            return contest_.size() == before ? "done already" : "done";
        } catch (const recruit::Refused& refusal) {
            return "no: " + refusal.message();
        }
    }

    /// What a page offers somebody now. Whether each can really be done, `decide` says.
    std::vector<std::string> buttons(const std::string& login) const {
        std::vector<std::string> names;
        for (int i = 0; i < recruit::act_count; ++i) {
            const auto kind = static_cast<ActKind>(i);
            for (const recruit::Role role : contest_.roles(person(login))) {
                if (!recruit::permitted(role, kind, contest_.phase(), recruit::Relation::none)) continue;
                names.emplace_back(to_string(kind));
                break;
            }
        }
        return names;
    }

    /// Names come from the host, roles from the contest: joined here, kept nowhere together.
    void print_people() const {
        const recruit::Table roles = contest_.roles();
        for (std::size_t i = 0; i < roles.rows(); ++i) {
            const std::string person{roles.at("person").text(i)};
            const auto found = database_.run("select name from users where person = ?", {person});
            std::cout << "  " << found.at(0).at(0) << ": " << roles.at("role").text(i) << '\n';
        }
    }

    const recruit::Competition& contest() const { return contest_; }

private:
    std::string person(const std::string& login) const {
        const auto found = database_.run("select person from users where login = ?", {login});
        if (found.empty()) throw std::runtime_error{"nobody is logged in as " + login};
        return found[0][0];
    }
    /// An example draws the same every time. A real host asks the operating system for 32 bytes.
    static recruit::Entropy entropy(const std::string& request) {
        recruit::Entropy bytes{};
        std::copy_n(request.begin(), std::min(request.size(), bytes.size()), bytes.begin());
        return bytes;
    }

    Database& database_;
    std::unique_ptr<recruit::JournalStore> journal_;
    recruit::Competition contest_;
};

}  // namespace

int main() {
    const auto folder = std::filesystem::temp_directory_path() / "recruit-host-example-cpp";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    {
        Database database{folder / "hr.sqlite"};
        database.run("create table users (login text primary key, person text, name text)");
        for (const auto& user : std::vector<std::vector<std::string>>{{"lan", "P-01", "Trần Thị Lan"},
                                                                      {"hoa", "P-02", "Lê Thị Hoa"},
                                                                      {"binh", "P-03", "Nguyễn Văn Bình"},
                                                                      {"minh", "P-05", "Vũ Minh"}})
            database.run("insert into users values (?, ?, ?)", user);

        ContestService service{database,
                               recruit::create_sqlite_journal(folder / "contest.journal", "head-of-office")};
        std::cout << "lan plans a contest, hoa approves it:\n";
        const auto say = [](const std::string& answer) { std::cout << "  " << answer << '\n'; };
        say(service.handle("lan", "r-1", ActKind::plan,
                           {{"title", "Head of office"},
                            {"agency", "Department of Finance"},
                            {"regulation", recruit::regulation("uk.merit_reserve.2018").toml()},
                            {"authority", "P-02"}},
                           "2026-03-02T02:00:00Z"));
        say(service.handle("lan", "r-2", ActKind::add_position, {{"position", "head"}, {"seats", "1"}},
                           "2026-03-02T02:05:00Z"));
        say(service.handle("lan", "r-3", ActKind::approve_plan, {{"decision", "D-1"}},
                           "2026-03-02T02:06:00Z"));
        say(service.handle("hoa", "r-4", ActKind::approve_plan, {{"decision", "D-1"}},
                           "2026-03-02T03:00:00Z"));
        std::cout << "\nWhat a page can offer now: lan " << service.buttons("lan").size() << " acts, hoa "
                  << service.buttons("hoa").size() << ", binh " << service.buttons("binh").size() << '\n';

        std::cout << "\nThe answer to a request is lost on the way, and the browser sends it again:\n";
        const Fields chair{{"person", "P-05"}, {"role", "chair"}};
        say(service.handle("hoa", "r-5", ActKind::assign_role, chair, "2026-03-02T03:01:00Z"));
        say(service.handle("hoa", "r-5", ActKind::assign_role, chair, "2026-03-02T03:02:00Z"));
    }

    std::cout << "\nThe host is started again. The contest comes from its journal:\n";
    {
        Database database{folder / "hr.sqlite"};
        ContestService service{database, recruit::open_sqlite_journal(folder / "contest.journal")};
        std::cout << "  " << service.contest().title() << ", " << service.contest().size() << " acts, "
                  << label(service.contest().phase(), recruit::Language::en) << '\n';
        service.print_people();
        for (const auto& item : recruit::agenda(service.contest(), *recruit::parse_date("2026-03-02")))
            std::cout << "  next: " << item.str() << '\n';
    }
    std::filesystem::remove_all(folder);
}
