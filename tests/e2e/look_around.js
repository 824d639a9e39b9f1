// Which key brings somebody without a mouse nearer to the target, and what is wrong with the stop in between.
target => {
    const here = document.activeElement;
    const isControl = here !== document.body && here.tabIndex >= 0;
    const words = here.ariaLabel || here.labels?.[0]?.innerText || here.innerText || here.name || '';
    const isSame = here === globalThis.lastStop;
    globalThis.lastStop = here;
    return {
        name: `${here.tagName.toLowerCase()} „${words.trim().slice(0, 40)}“`,
        isSame,
        key: chooseKey(),
        faults: isControl ? listFaults() : [],
    };

    function chooseKey() {
        if (here === target) return '';
        if (here.matches('.skip-link') && document.querySelector('main').contains(target)) return 'Enter';
        if (here.type === 'radio' && here.name === target.name && here.form === target.form) return 'ArrowDown';
        const matrix = here.closest('.matrix');
        if (matrix?.contains(target)) return chooseArrow(here.closest('td'), target.closest('td'));
        const isAhead = here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING;
        return here === document.body || isAhead ? 'Tab' : 'Shift+Tab';
    }

    function chooseArrow(from, to) {
        const down = to.parentElement.rowIndex - from.parentElement.rowIndex;
        if (down) return down > 0 ? 'ArrowDown' : 'ArrowUp';
        return from.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_FOLLOWING ? 'ArrowRight' : 'ArrowLeft';
    }

    function listFaults() {
        const style = getComputedStyle(here);
        const box = clip(here.getClientRects()[0] ?? here.getBoundingClientRect());
        const faults = [];
        const isShown = here.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        if (!isShown || here.getBoundingClientRect().width < 2) faults.push('is not visible');
        else if (box.width <= 0 || box.height <= 0 || !hitsSomewhere(box)) faults.push('is outside the window or covered');
        // An area of a map shows the focus by its edge. The calendar button inside a field of a date has a ring of
        // the browser's own; the field has none then.
        const hasRing = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
            || (here.closest('svg') && parseFloat(style.strokeWidth) > 3) || !here.matches(':focus');
        if (!hasRing) faults.push('shows no focus ring');
        return faults;
    }

    // The part of a box that is inside the window and, in a picture, inside the picture.
    function clip(box) {
        const picture = here.closest('svg')?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight);
        const left = Math.max(box.left, picture.left, 0), right = Math.min(box.right, picture.right, innerWidth);
        const top = Math.max(box.top, picture.top, 0), bottom = Math.min(box.bottom, picture.bottom, innerHeight);
        return { left, top, width: right - left, height: bottom - top };
    }

    function hitsSomewhere(box) {
        const steps = [.05, .15, .25, .35, .45, .55, .65, .75, .85, .95];
        return steps.some(x => steps.some(y => {
            const hit = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
            return hit && (here.contains(hit) || [...(here.labels ?? [])].some(label => label.contains(hit)));
        }));
    }
}
