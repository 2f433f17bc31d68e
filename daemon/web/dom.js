// Builds the document from data. Text only ever becomes a text node: nothing that a device or a
// design says can become markup.

/** An element. `props`: attributes by name; `on`: listeners by event; false, null = left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else {
      node.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

const drawn = new WeakMap();

/**
 * Draws `build()` into `node`, but only when `key` is not what it was drawn from last: what does
 * not change is not touched, so that focus, selection and open details stay where they are.
 */
export function draw(node, key, build) {
  const text = JSON.stringify(key);
  if (drawn.get(node) === text) return;
  drawn.set(node, text);
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const open = new Set([...node.querySelectorAll('details[open]')].map((each) => each.dataset.key));
  node.replaceChildren();
  append(node, [build()]);
  for (const each of node.querySelectorAll('details')) {
    if (open.has(each.dataset.key)) each.open = true;
  }
  if (focused) node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
