#pragma once

/// \file
/// The exceptions of recruit: one hierarchy, for wrong use. Room: base.

#include <stdexcept>
#include <string>
#include <string_view>

#include <recruit/base/issue.hpp>
#include <recruit/export.hpp>

namespace recruit {

/// Root of every exception recruit throws on purpose. `what()` is the English message with place and remedy.
class RECRUIT_EXPORT Error : public std::runtime_error {
public:
    explicit Error(Issue problem);
    Error(Code code, std::vector<Argument> arguments, std::string where = {});

    /// Stable name of the problem, such as "unknown_regulation".
    std::string_view code() const noexcept;
    /// Where it was found ("rules.toml:12", "row 3, column skd"); may be empty.
    std::string where(Language language = Language::en) const;
    std::string message(Language language = Language::en) const;
    std::string remedy(Language language = Language::en) const;

    /// Every problem found; at least one. An invalid regulation lists all its errors at once.
    const Issues& issues() const noexcept { return issues_; }

protected:
    explicit Error(Issues problems);

private:
    Issues issues_;
};

/// A regulation that breaks the schema or contradicts itself; `issues()` has every error, with file and line.
class RECRUIT_EXPORT InvalidRegulation : public Error {
public:
    explicit InvalidRegulation(Issues problems) : Error{std::move(problems)} {}
    using Error::Error;
};

/// A table that cannot be used at all: a column is missing, lengths differ, the file is not text.
class RECRUIT_EXPORT InvalidTable : public Error {
public:
    explicit InvalidTable(Issues problems) : Error{std::move(problems)} {}
    using Error::Error;
};

/// Bytes that are no value of recruit that can be used here.
class RECRUIT_EXPORT FormatError : public Error {
public:
    using Error::Error;
};
/// Bytes of something else.
class RECRUIT_EXPORT NotRecruitFile : public FormatError {
public:
    using FormatError::FormatError;
};
/// Written by a later version of recruit, in a way that this one does not know.
class RECRUIT_EXPORT NewerVersion : public FormatError {
public:
    using FormatError::FormatError;
};
/// Bytes of recruit that were changed, cut or forged.
class RECRUIT_EXPORT Corrupt : public FormatError {
public:
    using FormatError::FormatError;
};
/// More than was allowed.
class RECRUIT_EXPORT TooLarge : public FormatError {
public:
    using FormatError::FormatError;
};

/// A journal that cannot be read or written: damage, a full disk, another writer.
class RECRUIT_EXPORT StoreError : public Error {
public:
    using Error::Error;
};

/// The bytes are whole, but this version of recruit comes to another result from the same scores and rules.
class RECRUIT_EXPORT ResultDiffers : public Error {
public:
    using Error::Error;
};

/// An act that the rules of a contest forbid.
class RECRUIT_EXPORT Refused : public Error {
public:
    /// `rule` is the path of what forbids it ("permissions", "deadline.summons"), `source` the clause behind
    /// it.
    Refused(Issue problem, std::string rule, std::string source)
        : Error{std::move(problem)}, rule_{std::move(rule)}, source_{std::move(source)} {}

    const std::string& rule() const noexcept { return rule_; }
    const std::string& source() const noexcept { return source_; }

private:
    std::string rule_, source_;
};

/// The work was stopped through its stop token; nothing of it remains.
class RECRUIT_EXPORT Cancelled : public Error {
public:
    using Error::Error;
};

}  // namespace recruit
