/**
 * Copies into dist what tsc does not: icons, output schemas, pages of nodes and the templates.
 * Codex files (*.node.json) come through tsc.
 */
const { dest, parallel, src } = require('gulp');

/** Icons are files for n8n to serve; read as text they could be changed. */
const asIs = { encoding: false };

const nodeAssets = () =>
	src(['nodes/**/*.{svg,png,html,css}', 'nodes/**/page/*.js', 'nodes/**/__schema__/**/*.json'], {
		...asIs,
		base: 'nodes',
	}).pipe(dest('dist/nodes'));

const templates = () => src('workflows/*.{json,md}', asIs).pipe(dest('dist/workflows'));

exports.default = parallel(nodeAssets, templates);
