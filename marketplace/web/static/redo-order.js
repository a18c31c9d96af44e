/* The reader redoes a draw (VO1, docs/fairness.md) in her own browser: nothing is sent anywhere. Written for this page
   alone, from the text; it shares nothing with the server's program. Without a script, or without the browser's own
   cryptography, the worked numbers on the page stay as they are. */
"use strict";
(function () {
  var box = document.getElementById("redo");
  if (!box || !window.crypto || !window.crypto.subtle) return;
  var subtle = window.crypto.subtle;
  var text = new TextEncoder();

  function bytesOf(hex) {
    hex = hex.replace(/\s/g, "").toLowerCase();
    if (!/^([0-9a-f]{2}){32}$/.test(hex)) return null;
    return Uint8Array.from(hex.match(/../g).map(function (pair) { return parseInt(pair, 16); }));
  }
  function hexOf(bytes) {
    return Array.from(bytes, function (one) { return one.toString(16).padStart(2, "0"); }).join("");
  }
  function joined(parts) {
    var all = [];
    parts.forEach(function (part) {
      all.push(part.length >> 8, part.length & 255);
      part.forEach(function (one) { all.push(one); });
    });
    return Uint8Array.from(all);
  }
  /* H(key, part 1, part 2, ..): HMAC-SHA256 over the parts, each with its length in two bytes before it. */
  async function keyed(key) {
    var ready = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return async function () {
      return new Uint8Array(await subtle.sign("HMAC", ready, joined(Array.prototype.slice.call(arguments))));
    };
  }
  async function sha256(bytes) { return new Uint8Array(await subtle.digest("SHA-256", bytes)); }
  function eightBytes(number) {
    var all = new Uint8Array(8);
    for (var i = 7; i >= 0; i -= 1) { all[i] = number % 256; number = Math.floor(number / 256); }
    return all;
  }
  function smaller(a, b) { return a < b ? -1 : a > b ? 1 : 0; }

  async function draw(key, randomness, number, service, units) {
    var seed = await (await keyed(key))(text.encode("valinta/order/1"), randomness, eightBytes(number), text.encode(service));
    var h = await keyed(seed), groups = {}, places = [];
    units.forEach(function (one) { (groups[one.group] = groups[one.group] || []).push(one); });
    for (var name of Object.keys(groups)) {
      for (var one of groups[name]) one.turn = hexOf(await h(text.encode("U"), text.encode(one.unit)));
      groups[name].sort(function (a, b) { return smaller(a.turn, b.turn) || smaller(a.unit, b.unit); });
      for (var tier = 0; tier < groups[name].length; tier += 1) {
        var digest = await h(text.encode("G"), text.encode(name), Uint8Array.from([tier >> 8, tier & 255]));
        places.push({ unit: groups[name][tier].unit, group: name, tier: tier, digest: hexOf(digest) });
      }
    }
    places.sort(function (a, b) { return a.tier - b.tier || smaller(a.digest, b.digest) || smaller(a.unit, b.unit); });
    return { seed: hexOf(seed), places: places };
  }
  async function checkCode(number, at, places) {
    var names = places.map(function (one) { return one.unit; });
    var digest = await sha256(text.encode(JSON.stringify([number, at, names]))), bits = "";
    digest.forEach(function (one) { bits += one.toString(2).padStart(8, "0"); });
    return bits.slice(0, 40).match(/.{5}/g).map(function (five) {
      return "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five, 2)];
    }).join("");
  }
  function unitsOf(raw) {
    var seen = {}, units = [];
    for (var line of raw.split("\n")) {
      if (!line.trim()) continue;
      var found = /^([a-z0-9-]{1,64})\s+([a-z0-9-]{1,64})$/.exec(line.trim());
      if (!found || seen[found[1]]) return null;
      seen[found[1]] = true;
      units.push({ unit: found[1], group: found[2] });
    }
    return units.length ? units : null;
  }

  var fields = {};
  ["key", "randomness", "number", "at", "service", "units"].forEach(function (name) {
    fields[name] = document.getElementById("redo-" + name);
  });
  var first = JSON.stringify(values());
  var said = document.getElementById("redo-said");
  function values() { return Object.keys(fields).map(function (name) { return fields[name].value.trim(); }); }
  function say(name) { said.textContent = box.dataset[name]; }

  async function redo() {
    var key = bytesOf(fields.key.value), randomness = bytesOf(fields.randomness.value), units = unitsOf(fields.units.value);
    var number = Number(fields.number.value), at = Number(fields.at.value);
    if (!key || !randomness) return say("wrongHex");
    if (!units) return say("wrongUnits");
    if (!Number.isSafeInteger(number) || number < 0 || !Number.isSafeInteger(at) || at < -1) return say("wrongNumber");
    var result = await draw(key, randomness, number, fields.service.value.trim(), units);
    var code = await checkCode(number, at, result.places);
    var same = JSON.stringify(values()) === first;
    var before = Array.from(document.querySelectorAll("#redo-places tbody tr")).map(function (row) { return row.dataset.unit; });
    document.getElementById("redo-commit").textContent = hexOf(await sha256(key));
    document.getElementById("redo-seed").textContent = result.seed;
    document.getElementById("redo-code").textContent = code;
    show(result.places);
    box.dataset.done = code;
    if (!same) return say("own");
    say(before.join() === result.places.map(function (one) { return one.unit; }).join() && code === box.dataset.code ? "same" : "different");
  }
  function show(places) {
    var body = document.querySelector("#redo-places tbody"), labels = box.dataset;
    body.textContent = "";
    places.forEach(function (one, at) {
      var row = document.createElement("tr"), head = document.createElement("th");
      row.dataset.unit = one.unit;
      head.scope = "row";
      head.textContent = String(at + 1);
      row.append(head);
      [[labels.unit, one.unit], [labels.group, one.group], [labels.turn, String(one.tier + 1)]].forEach(function (pair) {
        row.append(cell(pair[0], pair[1]));
      });
      var digest = cell(labels.digest, "");
      var mono = document.createElement("code");
      mono.className = "fingerprint";
      mono.textContent = one.digest.slice(0, 16) + "…";
      digest.append(mono);
      row.append(digest);
      body.append(row);
    });
  }
  function cell(label, value) {
    var made = document.createElement("td");
    made.dataset.label = label;
    made.textContent = value;
    return made;
  }

  document.getElementById("redo-tools").hidden = false;
  document.getElementById("redo-form").addEventListener("submit", function (event) {
    event.preventDefault();
    redo();
  });
})();
