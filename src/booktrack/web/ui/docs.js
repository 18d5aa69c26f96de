"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

// Everything is put in as text, never as HTML: the document quotes titles and notes.
function make(name, about, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(about || {})) {
    element.setAttribute(key, value);
  }
  for (const child of children) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

function kindOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = schema.anyOf || schema.oneOf;
  if (choices) return choices.map(kindOf).join(" | ");
  if (schema.type === "array") return `[${kindOf(schema.items)}]`;
  if (schema.type === "object" && schema.additionalProperties) {
    return `{text: ${kindOf(schema.additionalProperties) || "any"}}`;
  }
  return [].concat(schema.type || "any").join(" | ");
}

function kindCell(schema) {
  const cell = make("td", {});
  const name = schema && schema.$ref ? kindOf(schema) : null;
  if (name) cell.append(make("a", { href: `#model-${name}` }, name));
  else cell.append(make("code", {}, kindOf(schema)));
  return cell;
}

function table(heads, rows) {
  const head = make("tr", {}, ...heads.map((one) => make("th", {}, one)));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
}

function parameters(list) {
  if (!list.length) return null;
  const rows = list.map((one) =>
    make("tr", {},
      make("td", {}, make("code", {}, one.name), one.required ? " *" : ""),
      make("td", {}, one.in),
      kindCell(one.schema),
      make("td", {}, one.description || one.schema.description || "")));
  return table(["name", "in", "kind", "meaning"], rows);
}

function example(content) {
  const [media, about] = Object.entries(content || {})[0] || [];
  if (!media) return null;
  const part = make("div", {}, make("p", {}, make("code", {}, media), " "));
  if (about.schema && about.schema.$ref) {
    const name = kindOf(about.schema);
    part.firstChild.append(make("a", { href: `#model-${name}` }, name));
  }
  if (about.example !== undefined) {
    const text = typeof about.example === "string" ? about.example : JSON.stringify(about.example, null, 2);
    part.append(make("pre", { tabindex: "0" }, text));
  }
  return part;
}

function operation(path, method, about) {
  const heading = make("summary", {},
    make("span", { class: `method ${method}` }, method.toUpperCase()),
    make("code", { class: "path" }, path),
    make("span", { class: "summary" }, about.summary || ""));
  const part = make("details", { id: about.operationId }, heading, parameters(about.parameters || []));
  if (about.requestBody) {
    part.append(make("h4", {}, "Body"), example(about.requestBody.content));
  }
  for (const [status, answer] of Object.entries(about.responses)) {
    if (Number(status) < 300) {
      part.append(make("h4", {}, `Answer ${status}`), example(answer.content) || "");
    }
  }
  const others = Object.keys(about.responses).filter((one) => Number(one) >= 300);
  part.append(make("p", {}, `Other answers: ${others.join(", ")}`));
  part.dataset.text = `${method} ${path} ${about.summary} ${about.operationId}`.toLowerCase();
  return part;
}

function model(name, schema) {
  const required = new Set(schema.required || []);
  const rows = Object.entries(schema.properties || {}).map(([key, about]) =>
    make("tr", {},
      make("td", {}, make("code", {}, key), required.has(key) ? " *" : ""),
      kindCell(about),
      make("td", {}, about.description || "")));
  return make("details", { id: `model-${name}` },
    make("summary", {}, make("strong", {}, name), make("span", { class: "summary" }, schema.description || "")),
    rows.length ? table(["field", "kind", "meaning"], rows) : make("p", {}, make("code", {}, kindOf(schema))));
}

function show(api) {
  document.getElementById("version").textContent = api.info.version;
  document.getElementById("about").textContent = api.info.description;
  const main = document.getElementById("operations");
  main.replaceChildren();
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      const tag = (item[method].tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, make("section", {}, make("h2", {}, tag)));
      groups.get(tag).append(operation(path, method, item[method]));
    }
  }
  main.append(...groups.values());

  const problems = document.getElementById("problems");
  problems.querySelector("tbody").append(
    ...Object.entries(api["x-problem-codes"]).map(([code, about]) =>
      make("tr", { id: code }, make("td", {}, make("code", {}, code)), make("td", {}, String(about.status)), make("td", {}, about.meaning))));
  problems.hidden = false;

  const models = document.getElementById("models");
  models.append(...Object.entries(api.components.schemas).map(([name, schema]) => model(name, schema)));
  models.hidden = false;
  goThere();
}

function goThere() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && document.getElementById(name);
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}

function filter(event) {
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const part of document.querySelectorAll("#operations details")) {
    part.hidden = !words.every((word) => part.dataset.text.includes(word));
  }
  for (const group of document.querySelectorAll("#operations section")) {
    group.hidden = !group.querySelector("details:not([hidden])");
  }
}

document.getElementById("filter").addEventListener("input", filter);
window.addEventListener("hashchange", goThere);

fetch("/api/openapi.json")
  .then((answer) => {
    if (answer.status === 401) location.assign("/api/login");
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return answer.json();
  })
  .then(show)
  .catch((error) => {
    document.getElementById("operations").replaceChildren(make("p", { class: "error", role: "alert" }, String(error.message)));
  });
