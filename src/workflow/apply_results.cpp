// What an event makes of the result and the appointments.

#include <algorithm>

#include <recruit/base/error.hpp>

#include "workflow/apply.hpp"

namespace recruit::detail {

namespace {

using enum ActKind;

}  // namespace

void Applier::results() {
    const Index i = application();
    switch (e_.act.kind) {
        case draw_lot:
            s_.lot = e_.decided.get("seed");
            break;
        case rank: {
            ContestOutcome now = ranked_anew(s_, result(std::nullopt));
            s_.movements = movements(s_, now);
            const bool same = s_.outcome && now.standing == s_.outcome->standing &&
                              now.beyond == s_.outcome->beyond &&
                              result_digest(now.selection) == result_digest(s_.outcome->selection);
            s_.outcome = std::move(now);
            s_.before_ranking = s_.happened.size();
            s_.stale = false;
            if (!same) not_agreed();
            break;
        }
        case decide_tie: {
            const auto chosen = e_.act.fields.list("chosen");
            if (!get("stage").empty()) {
                // What was chosen between them before holds no more.
                auto& all = stage().chosen;
                for (const std::string& id : e_.decided.list("among")) std::erase(all, s_.find(id));
                for (const std::string& id : chosen) all.push_back(s_.find(id));
                std::sort(all.begin(), all.end());
                break;
            }
            const ContestedEquals equals = equals_of(s_, s_.find(chosen.front()));
            const bool reserve = s_.rules->select().reserve.has_value();
            for (const Index k : equals.contested)
                s_.outcome->standing[k] = reserve ? Standing::reserve : Standing::qualified;
            for (const std::string& id : chosen) s_.outcome->standing[s_.find(id)] = Standing::selected;
            // What the authority itself decides it need not approve.
            if (e_.role != Role::approving_authority) not_agreed();
            s_.announced_result = false;
            break;
        }
        case vote:
            s_.votes[get("motion")] = e_.decided.get("carried") == "true";
            break;
        case propose:
            s_.proposed = true;
            break;
        case approve_result:
            s_.agreed = true;
            break;
        case reject_result:
            s_.proposed = false;
            s_.votes.erase("propose");
            break;
        case publish_result:
            s_.announced_result = true;
            s_.told = s_.outcome->standing;
            break;
        case cancel_result:
            left(s_.applicants[i], Admission::cancelled);
            s_.applicants[i].barred = flag("barred");
            s_.happened.emplace_back(i, ReferralEventKind::removed);
            if (i < s_.outcome->standing.size()) s_.outcome->standing[i] = Standing::cancelled;
            break;
        case refer_personnel:
            s_.applicants[i].personnel = Personnel::referred;
            break;
        case reply_personnel:
            s_.applicants[i].personnel = flag("fit") ? Personnel::fit : Personnel::unfit;
            break;
        case appoint:
            s_.applicants[i].appointment = Appointment::appointed;
            s_.happened.emplace_back(i, ReferralEventKind::appointed);
            break;
        case not_appoint:
            if (!e_.decided.get("taken_back").empty()) {
                // As if there had been no appointment: the next vacancy may be this person's.
                s_.applicants[i].appointment = Appointment::none;
                std::erase(s_.happened, std::pair{i, ReferralEventKind::appointed});
                break;
            }
            s_.applicants[i].appointment = Appointment::not_appointed;
            s_.happened.emplace_back(
                i, s_.rules->referral() ? ReferralEventKind::considered : ReferralEventKind::removed);
            break;
        case decline:
            s_.applicants[i].appointment = Appointment::declined;
            s_.happened.emplace_back(i, ReferralEventKind::declined);
            break;
        case take_post:
            s_.applicants[i].appointment = Appointment::in_post;
            break;
        case establish_list:
            s_.lists.push_back({get("list"), {day(), {}, {}}});
            break;
        case extend_list:
            for (KeptList& list : s_.lists)
                if (list.name == get("list")) list.dates.extended = day();
            break;
        case use_list:
            s_.applicants[i].from_list = true;
            s_.applicants[i].personnel = Personnel::none;
            s_.applicants[i].appointment = Appointment::none;
            s_.applicants[i].consents.clear();
            break;
        case close:
            s_.end = Phase::closed;
            break;
        default:
            break;
    }
}

}  // namespace recruit::detail
