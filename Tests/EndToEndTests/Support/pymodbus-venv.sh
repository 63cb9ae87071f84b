#!/bin/sh
# Makes the virtual environment .build-deps/pymodbus of this checkout with the packages of requirements.txt, and prints the path of
# its python. Does nothing when it is there and up to date; several may call it at once.
set -eu

support=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$support/../../.." && pwd)
venv=$checkout/.build-deps/pymodbus

is_ready() {
  cmp -s "$support/requirements.txt" "$venv/requirements.txt" && "$venv/bin/python" -c '' 2>/dev/null
}

if ! is_ready; then
  mkdir -p "$checkout/.build-deps"
  exec 9>"$checkout/.build-deps/pymodbus.lock"
  flock 9
  if ! is_ready; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2 || {
      echo "cannot make a virtual environment; on Debian: apt install python3-venv" >&2
      exit 1
    }
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$support/requirements.txt" >&2
    cp "$support/requirements.txt" "$venv/requirements.txt"
  fi
fi
echo "$venv/bin/python"
