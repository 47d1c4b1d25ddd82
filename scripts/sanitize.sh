#!/usr/bin/env bash
# Builds the plain-array part of the kernels with AddressSanitizer and UndefinedBehaviorSanitizer and runs it on random shapes.
# Argument: the number of rounds, 200 unless given. Needs g++ only.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
g++ -std=c++17 -O1 -g -mavx2 -mfma -fsanitize=address,undefined -fno-sanitize-recover=all \
  "$here/native/tests/kernels.cpp" "$here"/native/kernels/*_avx2.cpp -x c++ - -o "$folder/kernels" <<'STUB'
#include <cstdint>
namespace limpid::winograd {
void multiply_avx512(int64_t, const float*, int64_t, const float*, int64_t, int64_t, float*) {}  // no sanitizer run needs AVX-512
}
STUB
"$folder/kernels" "${1:-200}"
