// Films: figures that a reader moves. All frames are in the page, packed; the images of heat maps are
// files that the browser asks for when something moves for the first time.
{
  const FRAME = 400; // milliseconds, while a film plays
  const REST = 500; // milliseconds without a move, until the address and a screen reader follow

  const textsOf = (control) => {
    if (control.type === "checkbox") return ["off", "on"];
    if (control.type === "range") return JSON.parse(control.dataset.texts);
    return [...control.options].map((option) => option.value);
  };

  const placeOf = (control) => {
    if (control.type === "checkbox") return Number(control.checked);
    return control.type === "range" ? Number(control.value) : control.selectedIndex;
  };

  function put(control, place) {
    if (control.type === "checkbox") control.checked = Boolean(place);
    else if (control.type === "range") control.value = place;
    else control.selectedIndex = place;
  }

  // A range counts its values; readers want to know what they are.
  function sayValue(control) {
    if (control.type !== "range") return;
    const text = textsOf(control)[placeOf(control)];
    control.ariaValueText = text;
    control.nextElementSibling.textContent = text;
  }

  // In the address, values have the minus sign of the keyboard.
  const inAddress = (text) => text.replaceAll("−", "-");

  async function unpack(film) {
    const packed = atob(film.querySelector(".frames").textContent);
    const bytes = Uint8Array.from(packed, (character) => character.charCodeAt());
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const content = await new Response(stream).json();
    const addresses = content.pieces.map((piece) => piece.match(/href="([^#"]+)"/)?.[1]);
    addresses.filter(Boolean).forEach(load); // so that they are there when they are wanted
    return content;
  }

  function load(address) {
    const image = new Image();
    image.src = address;
    return image.decode().catch(() => {}); // the rest of the picture shows without it
  }

  function prepare(film) {
    const picture = film.querySelector("svg.figure");
    const controls = [...film.querySelectorAll(".controls :is(input, select)")];
    const player = film.querySelector(".player");
    const button = film.querySelector(".play");
    const time = player && document.getElementById(player.dataset.slider);
    let content, resting, playing;

    const frame = () =>
      controls.reduce((before, control) => before * textsOf(control).length + placeOf(control), 0);

    async function show() {
      content ??= unpack(film);
      const { pieces, frames } = await content;
      const wanted = frame();
      const next = picture.cloneNode(false);
      next.innerHTML = frames[wanted].map((piece) => pieces[piece]).join("");
      const images = [...next.querySelectorAll("image")];
      await Promise.all(images.map((image) => load(image.href.baseVal)));
      if (wanted !== frame()) return; // the reader has moved on
      const row = film.querySelectorAll("tbody tr")[wanted];
      picture.replaceChildren(...next.childNodes);
      picture.ariaLabel = row.dataset.says;
      film.querySelector("tr[aria-current]").ariaCurrent = null;
      row.ariaCurrent = "true";
      scrollToRow();
    }

    function scrollToRow() {
      const row = film.querySelector("tr[aria-current]");
      const table = row.closest("[tabindex]");
      table.scrollTop = row.offsetTop - table.clientHeight / 2;
    }

    function settle() {
      film.querySelector(".said").textContent = picture.ariaLabel;
      const address = new URL(location);
      for (const control of controls) {
        address.searchParams.set(control.name, inAddress(textsOf(control)[placeOf(control)]));
      }
      address.hash = film.id;
      history.replaceState(history.state, "", address);
    }

    function move() {
      controls.forEach(sayValue);
      const shown = show();
      clearTimeout(resting);
      const rest = setTimeout(async () => {
        await shown; // what the picture says is said, which may come late
        if (rest === resting) settle();
      }, REST);
      resting = rest;
    }

    function swapButton() {
      [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
    }

    function pause() {
      playing = clearInterval(playing);
      swapButton();
    }

    function play() {
      const atEnd = () => time.value === time.max;
      if (atEnd()) put(time, 0);
      else time.stepUp();
      move();
      playing = setInterval(() => {
        if (atEnd()) return pause();
        time.stepUp();
        move();
      }, FRAME);
      swapButton();
    }

    // As the address says, if it speaks of this film.
    function restore() {
      const kept = new URLSearchParams(location.search);
      for (const control of controls) {
        const place = textsOf(control).map(inAddress).indexOf(kept.get(control.name));
        if (place < 0) continue;
        put(control, place);
        sayValue(control);
        show();
      }
    }

    film.addEventListener("input", () => {
      if (playing) pause();
      move();
    });
    button?.addEventListener("click", () => (playing ? pause() : play()));
    player?.querySelectorAll("[data-step]").forEach((step) => {
      step.addEventListener("click", () => {
        if (playing) pause();
        time.stepUp(Number(step.dataset.step));
        move();
      });
    });
    film.querySelector("details").addEventListener("toggle", scrollToRow);
    restore();
  }

  if ("DecompressionStream" in window) document.querySelectorAll(".film").forEach(prepare);
  else document.querySelectorAll(".film .controls").forEach((controls) => controls.remove());
}
