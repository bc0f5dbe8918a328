// Parses each file of rules once. textlint-rule-prh would parse it for every linted file.
import prh from "prh";

const parse = prh.fromYAML;
const engines = new Map();

prh.fromYAML = (path, yaml, options) => {
  if (!engines.has(yaml)) {
    engines.set(yaml, parse(path, yaml, options));
  }
  return engines.get(yaml);
};
