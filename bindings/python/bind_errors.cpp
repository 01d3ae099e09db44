// Python face of <recruit/base/error.hpp>: the exceptions and the one place that translates them.

#include "bind.hpp"

namespace recruit::python {

namespace {

constexpr const char* error_doc =
    R"doc(Root of every exception that recruit raises on purpose; its text is the
English message with place and remedy.

Attributes
----------
code : str
    Stable name of the problem, such as ``"unknown_regulation"``.
issues : list of Issue
    Every problem found; an invalid regulation lists all its errors at once.

Examples
--------
>>> try:
...     recruit.regulation("atlantis.2020")
... except recruit.Error as error:
...     print(error.code, "|", error.remedy("vi"))
unknown_regulation | Hãy dùng một trong các mã này, hoặc nạp tệp của mình.
)doc";

/// The first problem of an exception; none if it was made in Python.
std::optional<Issue> first_issue(const py::object& error) {
    const auto issues = py::getattr(error, "issues").cast<std::vector<Issue>>();
    return issues.empty() ? std::nullopt : std::optional{issues.front()};
}

using Sentence = std::string (Issue::*)(Language) const;

void add_sentence(const py::object& type, const char* name, Sentence sentence, const char* doc) {
    const auto method = [sentence](const py::object& self, LanguageChoice language) {
        const auto issue = first_issue(self);
        return issue ? ((*issue).*sentence)(language.value) : py::str(self).cast<std::string>();
    };
    py::setattr(type, name,
                py::cpp_function(method, py::name(name), py::is_method(type), "language"_a = "en", doc));
}

py::object new_error(py::module_& m, const char* name, py::handle base, const char* doc) {
    const std::string full = std::string{"recruit."} + name;
    auto type =
        py::reinterpret_steal<py::object>(PyErr_NewExceptionWithDoc(full.c_str(), doc, base.ptr(), nullptr));
    if (!type) throw py::error_already_set();
    m.add_object(name, type);
    return type;
}

void raise(py::handle type, const Error& error, const Refused* refused = nullptr) {
    // A message may quote a file that is not UTF-8.
    const std::string_view text = error.what();
    const auto message = py::reinterpret_steal<py::object>(
        PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "replace"));
    py::object value = type(message);
    value.attr("issues") = py::cast(error.issues());
    if (refused != nullptr) {
        value.attr("rule") = refused->rule();
        value.attr("source") = refused->source();
    }
    PyErr_SetObject(type.ptr(), value.ptr());
}

struct ErrorTypes {
    py::object error, invalid_regulation, invalid_table, cancelled;
    py::object format_error, not_recruit_file, newer_version, corrupt, too_large, result_differs;
    py::object refused, store_error;
};
PYBIND11_CONSTINIT py::gil_safe_call_once_and_store<ErrorTypes> types;

}  // namespace

void bind_errors(py::module_& m) {
    types.call_once_and_store_result([&m] {
        const py::object error = new_error(m, "Error", PyExc_ValueError, error_doc);
        error.attr("issues") = py::tuple();
        const auto code = [](const py::object& self) {
            const auto issue = first_issue(self);
            return issue ? std::string{to_string(issue->code)} : std::string{};
        };
        const auto property = py::module_::import("builtins").attr("property");
        error.attr("code") =
            property(py::cpp_function(code), py::none(), py::none(), "Stable name of the problem.");
        add_sentence(error, "message", &Issue::message, "What was found and what is allowed.");
        add_sentence(error, "remedy", &Issue::remedy, "What to do about it.");
        add_sentence(error, "where", &Issue::where, "Where it was found; may be empty.");
        const py::object format =
            new_error(m, "FormatError", error, "Bytes that are no value of recruit that can be used here.");
        const py::object refused = new_error(m, "Refused", error,
                                             "An act that the rules of a contest forbid: `rule` is the path "
                                             "of the rule, `source` its clause.");
        refused.attr("rule") = "";
        refused.attr("source") = "";
        return ErrorTypes{
            error,
            new_error(
                m, "InvalidRegulation", error,
                "A regulation that breaks the schema or contradicts itself; ``issues`` has every error."),
            new_error(m, "InvalidTable", error,
                      "A table that cannot be used at all: a column is missing, lengths differ."),
            new_error(m, "Cancelled", error, "The work was stopped; nothing of it remains."),
            format,
            new_error(m, "NotRecruitFile", format, "Bytes of something else."),
            new_error(m, "NewerVersion", format, "Written by a later version of recruit."),
            new_error(m, "Corrupt", format, "Bytes of recruit that were changed, cut or forged."),
            new_error(m, "TooLarge", format, "More than was allowed."),
            new_error(m, "ResultDiffers", error,
                      "The file is whole, but this version of recruit comes to another result."),
            refused,
            new_error(m, "StoreError", error,
                      "A journal that cannot be read or written: damage, a full disk, another writer."),
        };
    });
    py::register_exception_translator([](std::exception_ptr thrown) {
        const ErrorTypes& known = types.get_stored();
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const InvalidRegulation& error) {
            raise(known.invalid_regulation, error);
        } catch (const InvalidTable& error) {
            raise(known.invalid_table, error);
        } catch (const NotRecruitFile& error) {
            raise(known.not_recruit_file, error);
        } catch (const NewerVersion& error) {
            raise(known.newer_version, error);
        } catch (const Corrupt& error) {
            raise(known.corrupt, error);
        } catch (const TooLarge& error) {
            raise(known.too_large, error);
        } catch (const FormatError& error) {
            raise(known.format_error, error);
        } catch (const ResultDiffers& error) {
            raise(known.result_differs, error);
        } catch (const Refused& error) {
            raise(known.refused, error, &error);
        } catch (const StoreError& error) {
            raise(known.store_error, error);
        } catch (const Cancelled& error) {
            raise(known.cancelled, error);
        } catch (const Error& error) {
            raise(known.error, error);
        }
    });
}

void throw_invalid_table(std::string_view code, std::vector<Argument> arguments, std::string column,
                         std::optional<std::int64_t> row, std::string value) {
    Issue issue;
    issue.code = code_named(code);
    issue.column = std::move(column);
    issue.row = row;
    issue.value = std::move(value);
    issue.arguments = std::move(arguments);
    throw InvalidTable{Issues{std::move(issue)}};
}

}  // namespace recruit::python
