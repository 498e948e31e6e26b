//! Draws the pictures of the pages. In the source a picture is text in a block marked `text,picture`, which can be read, searched and
//! compared line by line as it is; on the site its lines, corners and arrows become lines, corners and arrows.

/// The page with each such block drawn.
pub(super) fn drawn(page: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, block)) = rest.split_once(OPENING) {
        let (text, after) = block.split_once("\n```").ok_or("a picture's block doesn't end")?;
        out.push_str(before);
        out.push_str(&svg(text, heading(before)));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

const OPENING: &str = "```text,picture\n";

/// The heading that a picture stands under says what it shows, for those who can't see it.
fn heading(before: &str) -> &str {
    let line = before.lines().rev().find(|line| line.starts_with('#'));
    line.unwrap_or_default().trim_start_matches(['#', ' '])
}

/// A character's place, in pixels.
const WIDTH: usize = 8;
const HEIGHT: usize = 18;

fn svg(text: &str, label: &str) -> String {
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let (rows, columns) = (lines.len(), lines.iter().map(Vec::len).max().unwrap_or(0));
    let mut strokes = String::new();
    let mut words = String::new();
    for (row, line) in lines.iter().enumerate() {
        for (column, character) in line.iter().enumerate() {
            strokes.push_str(&stroke(*character, column, row));
        }
        for (column, run) in runs(line) {
            let (x, y) = (column * WIDTH, row * HEIGHT + 13);
            let length = run.chars().count() * WIDTH;
            words.push_str(&format!(
                "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\">{}</text>",
                escaped(&run)
            ));
        }
    }
    let (width, height) = (columns * WIDTH, rows * HEIGHT);
    format!(
        "<figure class=\"picture\"><svg role=\"img\" aria-label=\"{}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" font-size=\"13\" fill=\"currentColor\">\
         <path d=\"{}\" stroke=\"currentColor\" fill=\"none\"></path>{words}</svg></figure>",
        escaped(label),
        strokes.trim_end()
    )
}

/// What a character of a frame draws, as a part of a path; nothing for a letter.
fn stroke(character: char, column: usize, row: usize) -> String {
    let (left, top) = (column * WIDTH, row * HEIGHT);
    let (right, bottom, x, y) = (left + WIDTH, top + HEIGHT, left + WIDTH / 2, top + HEIGHT / 2);
    let to_left = format!("M{x} {y}H{left} ");
    let to_right = format!("M{x} {y}H{right} ");
    let up = format!("M{x} {y}V{top} ");
    let down = format!("M{x} {y}V{bottom} ");
    match character {
        '─' => to_left + &to_right,
        '│' => up + &down,
        '┌' => to_right + &down,
        '┐' => to_left + &down,
        '└' => to_right + &up,
        '┘' => to_left + &up,
        '├' => up + &down + &to_right,
        '┤' => up + &down + &to_left,
        '┬' => to_left + &to_right + &down,
        '┴' => to_left + &to_right + &up,
        '┼' => to_left + &to_right + &up + &down,
        '▶' => format!("{to_left}M{left} {}L{right} {y}L{left} {} ", y - 4, y + 4),
        '◀' => format!("{to_right}M{right} {}L{left} {y}L{right} {} ", y - 4, y + 4),
        '▼' => format!("{up}M{} {y}L{x} {bottom}L{} {y} ", x - 4, x + 4),
        '▲' => format!("{down}M{} {y}L{x} {top}L{} {y} ", x - 4, x + 4),
        _ => String::new(),
    }
}

/// What isn't drawn, in pieces that stand together: two blanks part them, so that columns stay columns.
fn runs(line: &[char]) -> Vec<(usize, String)> {
    let mut runs: Vec<(usize, String)> = Vec::new();
    let mut gap = 2;
    for (column, character) in line.iter().enumerate() {
        if *character == ' ' || !stroke(*character, 0, 0).is_empty() {
            gap = if *character == ' ' { gap + 1 } else { 2 };
            continue;
        }
        match runs.last_mut() {
            Some((_, run)) if gap < 2 => {
                run.push_str(&" ".repeat(gap));
                run.push(*character);
            }
            _ => runs.push((column, character.to_string())),
        }
        gap = 0;
    }
    runs
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_becomes_a_picture_and_all_else_stays() {
        let page = "# A & B\n\n```text,picture\n┌─ a<b ─▶\n```\n\n```text\n│\n```\n";
        let drawn = drawn(page).unwrap();
        assert!(
            drawn.starts_with(
                "# A & B\n\n<figure class=\"picture\"><svg role=\"img\" aria-label=\"A &amp; B\""
            )
        );
        assert!(drawn.ends_with("</svg></figure>\n\n```text\n│\n```\n"), "{drawn}");
        assert!(drawn.contains("<text x=\"24\" y=\"13\" textLength=\"24\">a&lt;b</text>"), "{drawn}");
        assert!(super::drawn("```text,picture\n│").is_err());
    }

    #[test]
    fn a_frame_is_closed() {
        assert_eq!(stroke('┌', 1, 0), "M12 9H16 M12 9V18 ");
        assert_eq!(stroke('│', 0, 1), "M4 27V18 M4 27V36 ");
        assert_eq!(stroke('a', 0, 0), "");
    }

    #[test]
    fn words_stay_in_their_columns() {
        let line: Vec<char> = "│ retry here   the table │".chars().collect();
        assert_eq!(runs(&line), [(2, "retry here".to_owned()), (15, "the table".to_owned())]);
    }
}
