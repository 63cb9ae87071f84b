"""Opens an HTML file in headless Chromium and looks at it as people do: does it fit a telephone and a desk, can its text be read, has every
picture words for those who do not see it.

  page_check.py FILE.html [--self-contained] [--image cid:day@house=day.png]... [--screenshots FOLDER] [--until PIXELS] [--scheme light|dark]

Writes JSON: {"findings": ["..."], "pages": sheets of A4 it prints on}. Ends with 0 where nothing is found, 1 else, 77 without Chromium.
Nothing but Python and Chromium (Debian: chromium) is needed; they talk DevTools protocol over a pipe.
"""

import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

WIDTHS = (360, 1200)

# Runs in the page. Text is held against what lies under its middle, whatever draws it there (WCAG 2.2, 1.4.3: 4.5, large text 3).
LOOK = r"""
(() => {
  const findings = [], root = document.documentElement;
  const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className && e.className.baseVal === undefined ? '.' + e.className : '')
    + ' "' + (e.textContent || '').trim().slice(0, 40) + '"';
  const shown = e => { const s = getComputedStyle(e); return e.getClientRects().length > 0 && s.visibility !== 'hidden' && s.display !== 'none'; };
  if (root.scrollWidth > root.clientWidth) findings.push(`is ${root.scrollWidth} px wide where ${root.clientWidth} are there`);
  const scrolls = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true; return false; };
  for (const e of document.body.querySelectorAll('*')) {
    if (!shown(e)) continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!e.closest('svg') || e.tagName === 'svg') {
      if ((box.right > root.clientWidth + 1 || box.left < -1) && !scrolls(e)) findings.push(`reaches out of the page: ${name(e)}`);
      if (e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && /hidden|clip/.test(style.overflowX)) findings.push(`is cut off: ${name(e)}`);
    } else if (e.tagName === 'text') {
      const sheet = e.closest('svg').getBoundingClientRect();
      if (box.left < sheet.left - 1 || box.right > sheet.right + 1 || box.top < sheet.top - 1 || box.bottom > sheet.bottom + 1)
        findings.push(`reaches out of its picture: ${name(e)}`);
      if (parseFloat(style.fontSize) * sheet.width / e.closest('svg').viewBox.baseVal.width < 9) findings.push(`is below 9 px: ${name(e)}`);
    }
  }
  const parse = c => { const m = c.match(/[\d.]+/g); return m ? m.map(Number) : null; };
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const over = (top, alpha, below) => top.map((v, i) => v * alpha + below[i] * (1 - alpha));
  const ground = (e, x, y) => {
    const layers = [];
    for (const below of document.elementsFromPoint(x, y)) {
      if (below.tagName === 'text' || below.tagName === 'tspan') continue;
      const style = getComputedStyle(below);
      const paint = below.closest('svg') && below.tagName !== 'svg' ? (below.tagName === 'path' || below.tagName === 'rect' ? style.fill : 'none')
        : style.backgroundColor;
      if (paint.startsWith('url')) return null;
      const c = parse(paint);
      if (!c || paint === 'none') continue;
      const alpha = c.length > 3 ? c[3] : 1;
      if (alpha === 0) continue;
      layers.push([c.slice(0, 3), alpha]);
      if (alpha === 1) break;
    }
    const dark = matchMedia('(prefers-color-scheme: dark)').matches && /dark/.test(getComputedStyle(root).colorScheme);
    return layers.reverse().reduce((below, [c, a]) => over(c, a, below), dark ? [18, 18, 18] : [255, 255, 255]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || ['STYLE', 'SCRIPT', 'title', 'desc'].includes(e.tagName) || !shown(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = e.closest('svg') ? e.getBoundingClientRect() : range.getClientRects()[0];
    if (!box || box.width < 2) continue;
    const style = getComputedStyle(e), isDrawn = e.closest('svg') !== null;
    const below = ground(e, box.left + box.width / 2, box.top + box.height / 2);
    if (below === null) { findings.push(`stands on a hatching: ${name(e)}`); continue; }
    const ink = parse(isDrawn ? style.fill : style.color);
    const colour = over(ink.slice(0, 3), ink.length > 3 ? ink[3] : 1, below);
    const [a, b] = [light(colour), light(below)], ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) findings.push(`has a contrast of ${ratio.toFixed(2)} only: ${name(e)}`);
  }
  for (const e of document.querySelectorAll('img'))
    if (!(e.getAttribute('alt') || '').trim() && e.getAttribute('role') !== 'presentation') findings.push(`has no alt text: ${e.outerHTML.slice(0, 80)}`);
  for (const e of document.querySelectorAll('svg'))
    if (!(e.querySelector(':scope > title')?.textContent || e.getAttribute('aria-label') || '').trim() && e.getAttribute('aria-hidden') !== 'true')
      findings.push(`has no title: ${e.outerHTML.slice(0, 80)}`);
  if (!root.lang) findings.push('has no lang');
  if (!document.title.trim()) findings.push('has no title');
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id), twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  if (twice.length) findings.push(`has the same id twice: ${[...new Set(twice)].slice(0, 5).join(', ')}`);
  const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1]);
  if (levels.filter(l => l === 1).length !== 1) findings.push(`has ${levels.filter(l => l === 1).length} headings h1, expected one`);
  levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) findings.push(`skips from h${levels[i - 1]} to h${l}`); });
  if (SELF_CONTAINED) {
    if (document.querySelector('script')) findings.push('has a script');
    for (const e of performance.getEntriesByType('resource')) if (!e.name.startsWith('data:')) findings.push(`fetches ${e.name}`);
    for (const e of document.querySelectorAll('[src],link[href],image[href],use[href]')) {
      const target = e.getAttribute('src') || e.getAttribute('href');
      if (!/^(data:|#)/.test(target)) findings.push(`refers to ${target}`);
    }
  }
  return JSON.stringify({findings, height: Math.max(root.scrollHeight, document.body.scrollHeight)});
})()
"""


class Browser:
    """Headless Chromium on a pipe."""

    def __init__(self, program, folder):
        to_child, self.out = os.pipe()
        self.incoming, from_child = os.pipe()

        def wire():
            # The pipe's ends stand at 3 and 4 there, whatever numbers they had here.
            reading, writing = os.dup(to_child), os.dup(from_child)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        flags = ["--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                 "--force-color-profile=srgb", "--disable-dev-shm-usage", f"--user-data-dir={folder}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        self.child = subprocess.Popen([program, *flags, "about:blank"], preexec_fn=wire, close_fds=False,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self.number = 0
        self.rest = b""
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def message(self):
        while b"\0" not in self.rest:
            part = os.read(self.incoming, 1 << 20)
            if not part:
                raise RuntimeError("Chromium has ended")
            self.rest += part
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def ask(self, method, **parameters):
        self.number += 1
        question = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            question["sessionId"] = self.session
        os.write(self.out, json.dumps(question).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def size(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, address):
        self.ask("Page.navigate", url=address)
        self.evaluate("new Promise(done => { const look = () => document.readyState === 'complete' && location.href !== 'about:blank'"
                      " ? done(1) : setTimeout(look, 20); look(); })")

    def end(self):
        self.child.terminate()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def look(browser, options, address, folder):
    """What is to be said of the page at every width, and the sheets that it prints on."""
    findings = []
    script = LOOK.replace("SELF_CONTAINED", "true" if options.self_contained else "false")
    browser.ask("Emulation.setEmulatedMedia", media="screen",
                features=[{"name": "prefers-color-scheme", "value": options.scheme}])
    for width in WIDTHS:
        browser.size(width, 800)
        browser.open(address)
        # All of it within the window, so that what lies under a text can be asked for.
        height = min(json.loads(browser.evaluate(script))["height"], 16000)
        browser.size(width, max(800, height))
        for finding in json.loads(browser.evaluate(script))["findings"]:
            findings.append(f"at {width} px: {finding}")
        if options.screenshots:
            shown = min(height, options.until)
            browser.size(width, shown)
            shot = browser.ask("Page.captureScreenshot", format="png",
                               clip={"x": 0, "y": 0, "width": width, "height": shown, "scale": options.scale})
            stem = os.path.splitext(os.path.basename(options.file))[0]
            with open(os.path.join(options.screenshots, f"{stem}-{width}-{options.scheme}.png"), "wb") as file:
                file.write(base64.b64decode(shot["data"]))
    browser.ask("Emulation.setEmulatedMedia", media="", features=[])
    browser.ask("Emulation.clearDeviceMetricsOverride")
    printed = base64.b64decode(browser.ask("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69,
                                           printBackground=True)["data"])
    if options.screenshots:
        stem = os.path.splitext(os.path.basename(options.file))[0]
        with open(os.path.join(options.screenshots, stem + ".pdf"), "wb") as file:
            file.write(printed)
    return findings, len(re.findall(rb"/Type\s*/Page\b", printed))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--self-contained", action="store_true", help="nothing may come from elsewhere")
    parser.add_argument("--image", action="append", default=[], metavar="NAME=FILE.png", help="what stands for a mail's cid: address")
    parser.add_argument("--screenshots", metavar="FOLDER")
    parser.add_argument("--until", type=int, default=16000, metavar="PIXELS", help="screenshots end there")
    parser.add_argument("--scale", type=float, default=1, help="of screenshots")
    parser.add_argument("--scheme", choices=["light", "dark"], default="light")
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        print("no Chromium here; on Debian: apt install chromium", file=sys.stderr)
        return 77
    with open(options.file, encoding="utf-8") as file:
        text = file.read()
    for image in options.image:
        name, path = image.split("=", 1)
        with open(path, "rb") as file:
            text = text.replace(name, "data:image/png;base64," + base64.b64encode(file.read()).decode())
    folder = tempfile.mkdtemp()
    page = os.path.join(folder, "page.html")
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)
    browser = Browser(program, os.path.join(folder, "profile"))
    # Whatever happens, nobody waits longer than this.
    alarm = threading.Timer(90, browser.child.kill)
    alarm.start()
    try:
        findings, pages = look(browser, options, "file://" + page, folder)
    finally:
        alarm.cancel()
        browser.end()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"findings": findings, "pages": pages}, ensure_ascii=False, indent=1))
    return 1 if findings else 0


sys.exit(main())
