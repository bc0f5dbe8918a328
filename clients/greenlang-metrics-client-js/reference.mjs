/**
 * Writes the section "API" of docs/reference/client-api.md, from the types and their comments. With `--check` it writes nothing
 * and fails if the page differs.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isClassDeclaration, isFunctionDeclaration, isInterfaceDeclaration, isVariableStatement } from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/reference/client-api.md', import.meta.url));
const START = '<!-- Generated from the types by "npm run reference"; the rest of the page is overwritten. -->\n';

/** The sections that come first. The others follow by name. */
const FIRST = ['getMetricService', 'createMetricService', 'resetMetricService', 'MetricService', 'MetricSubscription', 'HistoryRequest', 'Options', 'transforms'];

const undocumented = [];
const page = readFileSync(PAGE, 'utf8');
const start = page.indexOf(START);
if (start < 0) {
  throw new Error(`${PAGE} lacks this line: ${START}`);
}
const expected = `${page.slice(0, start)}${START}\n## API\n\n${readDeclarations().map(section).join('\n\n')}\n`;
if (undocumented.length > 0) {
  throw new Error(`These have no comment, which the reference needs: ${undocumented.join(', ')}`);
}
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, expected);
} else if (page !== expected) {
  throw new Error(`${PAGE} differs from the types; run "npm run reference" in ${FOLDER}`);
}

/** Returns the declaration of each export of the package. */
function readDeclarations() {
  const api = new API({ cwd: FOLDER });
  try {
    const [project] = api.updateSnapshot({ openProject: `${FOLDER}tsconfig.json` }).getProjects();
    const read = (name) => project.program.getSourceFile(`${FOLDER}src/${name}.ts`);
    const declarations = read('index').statements.flatMap(({ moduleSpecifier, exportClause }) => {
      const source = read(moduleSpecifier.text.replace(/^\.\/|\.js$/g, ''));
      return exportClause.elements.map(({ name: { text: name } }) => ({ name, source, node: source.statements.find((each) => declaredName(each) === name) }));
    });
    const rank = ({ name }) => `${String(FIRST.indexOf(name) >>> 0).padStart(10, '0')} ${name}`; // a name that is absent ranks last
    return declarations.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  } finally {
    api.close();
  }
}

function declaredName(node) {
  return isVariableStatement(node) ? node.declarationList.declarations[0].name.text : node.name?.text;
}

function section({ name, node, source }) {
  const heading = isFunctionDeclaration(node) ? `${name}()` : name;
  return [`### ${heading}`, comment(node, source, name), details(name, node, source)].filter(Boolean).join('\n\n');
}

/** Returns the signature of a function, a table of members, or the declaration of any other type. */
function details(name, node, source) {
  if (isFunctionDeclaration(node)) {
    return codeBlock(node.getText(source).replace(/^export /, '').replace(/ \{\n.*$/s, ';'));
  }
  if (isInterfaceDeclaration(node)) {
    return table(node.members.map((member) => [member.getText(source), comment(member, source, `${name}.${member.name?.text ?? 'new'}`)]));
  }
  if (isClassDeclaration(node)) {
    const { parameters } = node.members.find(({ parameters }) => parameters);
    const fields = parameters.filter(({ modifiers }) => modifiers);
    return table(fields.map((field) => [field.getText(source), comment(field, source, `${name}.${field.name.text}`)]));
  }
  if (isVariableStatement(node)) {
    const factories = node.declarationList.declarations[0].initializer.properties.map((property) => property.name.text);
    return table(factories.map((factory) => {
      const declaration = source.statements.find((each) => declaredName(each) === factory);
      return [declaration.getText(source).replace(/^function | \{\n.*$/gs, ''), comment(declaration, source, factory)];
    }));
  }
  return codeBlock(node.getText(source).replace(/^export /, ''));
}

/** Returns the text of a comment. Its paragraphs and lists stay. */
function comment(node, source, name) {
  const text = node.jsDoc?.at(-1)?.getText(source);
  if (!text) {
    undocumented.push(name);
    return '';
  }
  return text.replace(/^\/\*\*|\*\/$/g, '').replace(/^[ ]*\* ?/gm, '').trim();
}

function table(rows) {
  const cell = (text) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
  const code = (text) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
  const lines = rows.map(([declaration, meaning]) => `| ${code(cell(declaration.replace(/^readonly |;$/g, '')))} | ${cell(meaning)} |`);
  return ['| member | meaning |', '| --- | --- |', ...lines].join('\n');
}

function codeBlock(code) {
  return `\`\`\`ts\n${code}\n\`\`\``;
}
