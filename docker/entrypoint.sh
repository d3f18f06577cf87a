#!/bin/sh
# Puts the baked pack where n8n looks for community packages, prepares a main process, runs n8n.
# Every kind of process (start, worker, webhook) needs the pack on its own disk.
set -eu

name=n8n-nodes-firecontrol
baked=/opt/firecontrol/$name
modules=${N8N_USER_FOLDER:-/data}/.n8n/nodes/node_modules
incoming=$modules/.firecontrol-incoming.$$
command=${1:-start}

# A copy, not a link: n8n's command line has been seen to hang on a link. Swapped in by renaming,
# so that a process that starts meanwhile on the same volume never sees half of it.
mkdir -p "$modules"
rm -rf "$incoming"
cp -R "$baked" "$incoming"
rm -rf "${modules:?}/$name"
mv "$incoming" "$modules/$name"

case $command in
start)
	node /opt/firecontrol/docker/setup.mjs
	exec n8n "$@"
	;;
worker | webhook | import:* | export:* | publish:* | unpublish:* | execute | list:*)
	exec n8n "$@"
	;;
*)
	exec "$@"
	;;
esac
