#pragma once

// A disk in memory behind an SQLite VFS. It writes down every call that changes something, so that a test can
// ask what a power cut at any moment may have left, and it fails on demand.
//
// What a power cut leaves of a file: all that was written before its last sync; of what came later any
// subset, in sectors of 512 bytes, in which a sector that was never written reads as zeros. A file that was
// made or deleted may or may not be there, until it is synced or was deleted with a sync of its folder.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <recruit/base/random.hpp>

namespace simulated {

constexpr std::size_t sector = 512;

/// One call that changes the disk.
struct Change {
    enum class Kind { make, write, truncate, sync, remove } kind;
    std::string file;
    std::uint64_t at = 0;  ///< Of a write; the new size of a truncation; 1 for a removal with a sync.
    std::string bytes;
};

using Files = std::map<std::string, std::string>;

class Disk {
public:
    /// Registers the VFS with SQLite on first use. The newest disk of a thread is the one its files are on.
    explicit Disk(Files files = {});
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    static constexpr const char* vfs = "recruit-simulated";

    enum class Call { open, read, write, sync, truncate, remove };
    enum class Fault { io_error, no_space, short_write };
    /// The n-th call from now on (from 1) of a kind fails, and, if `for_good`, all later ones.
    struct Plan {
        Call call = Call::write;
        Fault fault = Fault::io_error;
        std::uint64_t n = 0;
        bool for_good = false;
    };
    void fail(std::optional<Plan> plan) {
        plan_ = plan;
        calls_ = 0;
    }
    /// Whether the planned call came.
    bool has_failed() const { return plan_ && calls_ >= plan_->n; }

    Files files;
    std::vector<Change> changes;  ///< Since the disk was made.
    int last_error = 0;

    /// For the VFS: the fault that this call meets.
    std::optional<Fault> meets(Call call);

private:
    Disk* before_ = nullptr;
    std::optional<Plan> plan_;
    std::uint64_t calls_ = 0;
};

/// Goes along the changes of a disk and says what a power cut may leave at each of them.
class PowerCuts {
public:
    /// One more change that had begun when the power went.
    void next(const Change& change);
    /// One of the disks that may be left. `keep` is the chance of an unsynced sector in 256ths.
    Files image(recruit::RandomStream& random, unsigned keep) const;

private:
    struct State {
        std::string durable;
        bool exists = false;  ///< For certain.
        std::vector<Change> pending;
    };
    std::map<std::string, State> states_;
};

}  // namespace simulated
