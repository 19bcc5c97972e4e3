// map.js - where it is: a sketch drawn here, of the borders and districts around one point.
//
// No tile comes from anywhere: nobody learns which place an officer looks at.  map.json is made by tests/pages/make_map.

import { button, h, s, show } from "./dom.js";
import { say } from "./words.js";

const WIDTH = 360;
const HEIGHT = 200;
const KM_A_DEGREE = 111.32;
const WIDTHS_KM = [24, 90];
const BARS_KM = [5, 20];
const LABEL_HEIGHT = 15;
const LETTER_WIDTH = 6.3;

let loaded = null;

function load() {
  loaded ??= fetch("/map.json").then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("map")))).catch((error) => {
    loaded = null;
    throw error;
  });
  return loaded;
}

function path(rings, project) {
  const parts = [];
  for (const steps of rings) {
    let [lat, lng] = steps;
    const points = [project(lat / 1000, lng / 1000)];
    for (let i = 2; i < steps.length; i += 2) {
      lat += steps[i];
      lng += steps[i + 1];
      points.push(project(lat / 1000, lng / 1000));
    }
    parts.push(`M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`);
  }
  return parts.join("");
}

// Labels, nearest first, where there is room.
function labels(towns, project, taken) {
  const found = [];
  const near = towns.map(([name, lat, lng]) => ({ name, at: project(lat / 1000, lng / 1000) }))
    .filter(({ at: [x, y] }) => x > 4 && x < WIDTH - 4 && y > 12 && y < HEIGHT - 4)
    .sort((a, b) => Math.hypot(a.at[0] - WIDTH / 2, a.at[1] - HEIGHT / 2) - Math.hypot(b.at[0] - WIDTH / 2, b.at[1] - HEIGHT / 2));
  for (const { name, at: [x, y] } of near) {
    const half = (name.length * LETTER_WIDTH) / 2 + 3;
    const box = { left: x - half, right: x + half, top: y - LABEL_HEIGHT, bottom: y + 5 };
    if (box.left < 2 || box.right > WIDTH - 2
        || taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) continue;
    taken.push(box);
    found.push(s("circle", { class: "town", cx: x, cy: y, r: 2 }), s("text", { class: "town-name", x, y: y - 5, "text-anchor": "middle" }, name));
  }
  return found;
}

function draw(map, latitude, longitude, zoom, title) {
  const scale = WIDTH / WIDTHS_KM[zoom];
  const project = (lat, lng) => [WIDTH / 2 + (lng - longitude) * KM_A_DEGREE * Math.cos((latitude * Math.PI) / 180) * scale,
    HEIGHT / 2 - (lat - latitude) * KM_A_DEGREE * scale];
  const bar = BARS_KM[zoom] * scale;
  const taken = [{ left: WIDTH / 2 - 16, right: WIDTH / 2 + 16, top: HEIGHT / 2 - 26, bottom: HEIGHT / 2 + 12 },
    { left: 0, right: bar + 50, top: HEIGHT - 26, bottom: HEIGHT }];
  const shapes = map.borders.map(([, rings]) => path(rings, project));
  const places = zoom === 0 ? map.towns : map.borders.map(([name, rings]) => [name, ...middle(rings)]);
  return s("svg", { class: "sketch", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title, preserveAspectRatio: "xMidYMid slice" },
    s("rect", { class: "sea", width: WIDTH, height: HEIGHT }),
    shapes.map((d) => s("path", { class: "land", d })), shapes.map((d) => s("path", { class: "border", d })),
    labels(places, project, taken),
    s("circle", { class: "halo", cx: WIDTH / 2, cy: HEIGHT / 2, r: 12 }), s("circle", { class: "point", cx: WIDTH / 2, cy: HEIGHT / 2, r: 6 }),
    s("path", { class: "bar-line", d: `M10 ${HEIGHT - 14}v4h${bar.toFixed(1)}v-4` }),
    s("text", { class: "bar-name", x: 16 + bar, y: HEIGHT - 9 }, `${BARS_KM[zoom]} km`));
}

// Mean of the corners of the largest ring: good enough for a name.
function middle(rings) {
  const ring = rings.reduce((a, b) => (b.length > a.length ? b : a));
  let [lat, lng] = ring;
  let sums = [lat, lng];
  for (let i = 2; i < ring.length; i += 2) {
    lat += ring[i];
    lng += ring[i + 1];
    sums = [sums[0] + lat, sums[1] + lng];
  }
  return sums.map((sum) => sum / (ring.length / 2));
}

// The sketch and the ways to a real map, which only a tap opens.
export function sketch(latitude, longitude) {
  const spot = `${latitude.toFixed(5)},${longitude.toFixed(5)}`;
  const title = say("sketch_of", { spot });
  const picture = h("div", { class: "sketch-frame" });
  let zoom = 0;

  const redraw = () => load().then((map) => show(picture, draw(map, latitude, longitude, zoom, title)),
    () => show(picture, h("p", { class: "hint" }, say("no_sketch"))));
  const wider = button(say("wider"), () => {
    zoom = 1 - zoom;
    wider.lastChild.textContent = say(zoom === 0 ? "wider" : "closer");
    redraw();
  });
  redraw();
  return h("div", { class: "map" }, picture, h("div", { class: "row" }, wider,
    h("a", { class: "button", href: `geo:${spot}?q=${spot}` }, say("open_map")),
    h("a", {
      class: "button", href: `https://www.openstreetmap.org/?mlat=${latitude.toFixed(5)}&mlon=${longitude.toFixed(5)}#map=17/${latitude.toFixed(5)}/${longitude.toFixed(5)}`,
      target: "_blank", rel: "noopener noreferrer",
    }, "OpenStreetMap")));
}
