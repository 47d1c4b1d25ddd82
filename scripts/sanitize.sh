#!/usr/bin/env bash
# Builds the plain-array part of the kernels with AddressSanitizer and UndefinedBehaviorSanitizer and runs it on random shapes.
# Argument: the number of rounds, 200 unless given. Needs g++ only.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
flags=(-std=c++17 -O1 -g -mavx2 -mfma -fsanitize=address,undefined -fno-sanitize-recover=all)
for source in "$here"/native/kernels/*_avx512.cpp; do
  g++ "${flags[@]}" -mavx512f -c "$source" -o "$folder/$(basename "$source").o" # called where the processor has it
done
g++ "${flags[@]}" "$here/native/tests/kernels.cpp" "$here"/native/kernels/*_avx2.cpp "$folder"/*.o -o "$folder/kernels"
"$folder/kernels" "${1:-200}"
