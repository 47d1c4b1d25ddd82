# Sourced by ./limpid and ./test: installs what is missing, builds once, and stays out of the way afterwards.
# Everything here speaks on standard error; standard output belongs to the command that runs.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf 'limpid: %s\n' "$*" >&2; }
refuse() { say "$*"; exit 2; }

# What the build reads: names, sizes and times. No content is read, so this takes milliseconds.
fingerprint() {
  local roots=() root
  for root in "$@" global.json Directory.Build.props Directory.Packages.props .editorconfig BannedSymbols.txt BannedSymbols.everywhere.txt; do
    [ -e "$here/$root" ] && roots+=("$root")
  done
  (cd "$here" && {
    printf '%s %s\n' "$here" "${LIMPID_LIBTORCH:-}"
    find "${roots[@]}" \( -name bin -o -name obj -o -name .git \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort
  } | cksum)
}

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# The packages that building and running need and that are not there, one line.
missing_packages() {
  local wanted=()
  command -v g++ >/dev/null || wanted+=(g++)
  command -v cmake >/dev/null || wanted+=(cmake)
  command -v make >/dev/null || wanted+=(make)
  if [ -z "${LIMPID_LIBTORCH:-}" ]; then
    installed libtorch-dev || wanted+=(libtorch-dev)
    installed libopenblas0-pthread || wanted+=(libopenblas0-pthread)
  fi
  # Only JPEG needs it, and Ubuntu calls it otherwise.
  # No `grep -q`: it would leave early, and under pipefail ldconfig's broken pipe reads as "not there".
  if ! /sbin/ldconfig -p 2>/dev/null | grep 'libturbojpeg\.so\.0' >/dev/null; then
    if [ "$(. /etc/os-release && printf %s "${ID:-}")" = ubuntu ]; then wanted+=(libturbojpeg); else wanted+=(libturbojpeg0); fi
  fi
  printf '%s' "${wanted[*]}"
}

install_packages() {
  local wanted=$1 log=$2 root=()
  local by_hand="apt-get install --no-install-recommends $wanted"
  command -v apt-get >/dev/null || refuse "this system has no apt-get: install the equivalents of: $wanted"
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo -n); else refuse "some packages are missing; install them as root: $by_hand"; fi
  fi
  say "installing $wanted"
  if ! { "${root[@]}" apt-get -o DPkg::Lock::Timeout=300 update &&
         "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $wanted; } </dev/null >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    refuse "apt-get failed; mend the cause above, or run: $by_hand"
  fi
}

# build STAMP PROJECT ROOTS…: builds PROJECT in Release unless nothing under ROOTS changed since STAMP was written.
build() {
  local stamp=$here/artifacts/$1 project=$2; shift 2
  local now; now=$(fingerprint "$@")
  if [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then return; fi
  command -v dotnet >/dev/null || refuse "the .NET SDK is missing: install version 10 (package dotnet-sdk-10.0)"
  mkdir -p "$here/artifacts" || refuse "$here cannot be written: unpack the project where you may write"
  exec 9>"$here/artifacts/.lock"
  flock 9
  # Somebody else may have built while we waited.
  if [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
    local wanted; wanted=$(missing_packages)
    if [ -n "$wanted" ]; then install_packages "$wanted" "$here/artifacts/apt.log" 9>&-; fi
    forget_moved_build
    say "building $project (the first time this takes a minute or two)"
    # No build server may stay behind and hold the lock or the terminal.
    if ! (cd "$here" && dotnet build "$project" -c Release -nodeReuse:false -p:UseSharedCompilation=false -v quiet -clp:NoSummary </dev/null >artifacts/build.log 2>&1 9>&-); then
      grep -E 'error|Error' "$here/artifacts/build.log" | sort -u | head -n 20 >&2 || tail -n 20 "$here/artifacts/build.log" >&2
      say "the build failed; the whole log is in artifacts/build.log"
      exit 1
    fi
    printf '%s\n' "$now" >"$stamp.new" && mv "$stamp.new" "$stamp"
  fi
  exec 9>&-
}

# CMake refuses a build folder that was copied here from another place.
forget_moved_build() {
  local cache=$here/src/Limpid.Torch/obj/native/CMakeCache.txt
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(cd "$here/native" && pwd -P)" "$cache"; then
    rm -rf "$here/src/Limpid.Torch/obj/native"
  fi
}
