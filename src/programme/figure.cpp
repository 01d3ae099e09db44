// What a figure is called, and what it is worth.

#include <recruit/programme/figure.hpp>

#include <array>

#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys_beside.hpp"

namespace recruit {

namespace {

constexpr std::array<std::string_view, 7> states{"complete",     "partial",     "unknown",   "undefined",
                                                 "unit_unclear", "not_reached", "suppressed"};

}  // namespace

std::string_view to_string(FigureState state) noexcept { return states[static_cast<std::size_t>(state)]; }

std::string Figure::label(Language language) const {
    for (std::size_t i = 0; i < text_count(); ++i) {
        const auto key = static_cast<Text>(i);
        const auto known = to_string(key);
        if (known == "figure_" + name || known == "column_" + name) {
            std::vector<Argument> arguments;
            if (name == "bottleneck") {
                Argument phase{std::string{}};
                for (const auto span : {word::span_applying, word::span_preparing, word::span_marking_time,
                                        word::span_appointing_time}) {
                    if (to_string(span) == detail) phase = span;
                }
                arguments.push_back(phase);
            }
            return Message{key, arguments}.str(language);
        }
    }
    return name;
}

const Figure& ReviewGroup::at(std::string_view name) const {
    for (const auto& figure : figures)
        if (figure.name == name) return figure;
    throw Error{Code::unknown_value, {std::string{name}, detail::joined(figures, &Figure::name)}};
}

}  // namespace recruit
