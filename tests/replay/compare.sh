#!/usr/bin/env bash
# The same contests by g++ and clang++, each without and with optimisation: the digests of journals and contests must
# be equal. Usage: tests/replay/compare.sh [contests]. Builds in build/replay-*; a compiler that is not there is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

contests=${1:-50}
first=
compared=0
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || { echo "no $compiler here: left out"; continue; }
    for level in O0 O3; do
        build=build/replay-$compiler-$level
        cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache \
            -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-$level" -DRECRUIT_BUILD_PYTHON=OFF >/dev/null
        cmake --build "$build" --target recruit_replay_digests >/dev/null
        "$build/tests/recruit_replay_digests" "$contests" >"$build/digests.txt"
        compared=$((compared + 1))
        if [[ -z $first ]]; then
            first=$build/digests.txt
        elif ! cmp "$first" "$build/digests.txt"; then
            echo "$compiler -$level gives other digests than $first" >&2
            exit 1
        fi
    done
done
[[ $compared -ge 2 ]] || { echo "nothing to compare" >&2; exit 1; }
echo "$(wc -l <"$first") contests, $compared builds, the same digests"
