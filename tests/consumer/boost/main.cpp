// A host that keeps its own records in archives of Boost, with recruit values among their members.

#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/archive/xml_iarchive.hpp>
#include <boost/archive/xml_oarchive.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include <recruit/persistence/boost.hpp>

struct Dossier {
    std::string name;
    std::map<std::string, recruit::Points> marks;
    std::vector<recruit::Table> tables;
    recruit::Explanation letter;
    recruit::Fraction weight;

    template <class Archive>
    void serialize(Archive& archive, unsigned) {
        archive& BOOST_SERIALIZATION_NVP(name);
        archive& BOOST_SERIALIZATION_NVP(marks);
        archive& BOOST_SERIALIZATION_NVP(tables);
        archive& BOOST_SERIALIZATION_NVP(letter);
        archive& BOOST_SERIALIZATION_NVP(weight);
    }
};

int failures = 0;

void check(bool holds, const char* what) {
    if (holds) return;
    std::cout << "failed: " << what << '\n';
    ++failures;
}

template <class Out, class In>
void round_trip(const Dossier& dossier, const recruit::Regulation& rules) {
    std::stringstream stream;
    {
        Out out{stream};
        out << boost::serialization::make_nvp("dossier", dossier);
        out << boost::serialization::make_nvp("rules", rules);
    }
    Dossier back;
    In in{stream};
    in >> boost::serialization::make_nvp("dossier", back);
    recruit::Regulation other = recruit::regulation("id.cpns.2024");
    in >> boost::serialization::make_nvp("rules", other);
    check(back.name == dossier.name && back.marks == dossier.marks && back.weight == dossier.weight,
          "plain members");
    check(
        back.tables.size() == 2 && recruit::to_bytes(back.tables[1]) == recruit::to_bytes(dossier.tables[1]),
        "tables");
    check(back.letter.str() == dossier.letter.str(), "explanation");
    check(other == rules, "regulation");
}

int main() {
    using namespace recruit::literals;
    const auto rules = recruit::regulation("vn.lead.example.2017");
    const auto contest = recruit::synthetic(rules, {.applications = 30, .positions = 2});
    const auto result = recruit::select(rules, contest.scores, contest.seats);
    const Dossier dossier{"Nguyễn",
                          {{"written", 71.5_pt}, {"project", 80_pt}},
                          {contest.scores, contest.seats},
                          result.explain("A000001"),
                          recruit::Fraction{2, 9}};
    round_trip<boost::archive::text_oarchive, boost::archive::text_iarchive>(dossier, rules);
    round_trip<boost::archive::binary_oarchive, boost::archive::binary_iarchive>(dossier, rules);
    round_trip<boost::archive::xml_oarchive, boost::archive::xml_iarchive>(dossier, rules);

    // A selection is made where it is read.
    std::stringstream stream;
    {
        boost::archive::binary_oarchive out{stream};
        out << result;
    }
    boost::archive::binary_iarchive in{stream};
    const auto again = recruit::load_from<recruit::Selection>(in);
    check(recruit::to_bytes(again) == recruit::to_bytes(result), "selection");

    // Damage inside the archive of the host is recruit's to notice.
    std::string text;
    {
        std::ostringstream out;
        boost::archive::binary_oarchive{out} << contest.seats;
        text = out.str();
    }
    text[text.size() - 5] ^= 1;
    try {
        std::istringstream damaged{text};
        boost::archive::binary_iarchive archive{damaged};
        recruit::Table table;
        archive >> table;
        check(false, "damage was not noticed");
    } catch (const recruit::Corrupt&) {
    }
    std::cout << (failures == 0 ? "every archive holds recruit's values\n" : "");
    return failures == 0 ? 0 : 1;
}
