//! Charts as SVG text: bars with the least and the most of all rounds, and curves on two logarithmic axes. They name their own
//! colours and background, so that they are read on a dark page, too.

use std::fmt::Write;

use crate::report::{Curve, Load, Report, Speed, Spread};

/// By the name of the file.
pub(crate) fn all(report: &Report) -> Vec<(String, String)> {
    let mut charts = Vec::new();
    if let Some(part) = &report.crypto {
        charts.push(("sign.svg".into(), speeds("Headers a second", &part.figures.sign)));
        charts.push(("verify.svg".into(), speeds("Verdicts a second", &part.figures.verify)));
    }
    if let Some(part) = &report.call {
        for level in levels(&part.figures) {
            let of_level: Vec<&Load> = part.figures.iter().filter(|load| load.in_flight == level).collect();
            let title = format!("Calls a second, {level} in flight");
            charts.push((format!("call-{level}.svg"), loads(&title, &of_level)));
        }
    }
    if let Some(part) = &report.webhook {
        let all: Vec<&Load> = part.figures.iter().collect();
        charts.push(("webhook.svg".into(), loads("Notifications a second", &all)));
    }
    if let Some(part) = &report.growth {
        let curves: Vec<&Curve> = part.figures.iter().filter(|curve| curve.points.len() > 1).collect();
        charts.push(("growth.svg".into(), curves_of(&curves)));
    }
    charts
}

pub(crate) fn levels(loads: &[Load]) -> Vec<usize> {
    let mut levels: Vec<usize> = loads.iter().map(|load| load.in_flight).collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}

struct Bar<'a> {
    name: &'a str,
    is_ours: bool,
    spread: Spread,
}

fn speeds(title: &str, speeds: &[Speed]) -> String {
    let bar = |speed: &'_ Speed| Spread::of(&rates(&speed.whole)).map(|spread| (speed.is_ours, spread));
    let found = speeds.iter().filter_map(|speed| Some((speed.peer.as_str(), bar(speed)?)));
    bars(title, found.map(|(name, (is_ours, spread))| Bar { name, is_ours, spread }).collect())
}

/// What seconds for one are a second.
pub(crate) fn rates(seconds: &[f64]) -> Vec<f64> {
    seconds.iter().map(|seconds| 1.0 / seconds).collect()
}

fn loads(title: &str, loads: &[&Load]) -> String {
    let found = loads.iter().filter_map(|load| {
        Some(Bar { name: &load.peer, is_ours: load.is_ours, spread: Spread::of(&load.rate)? })
    });
    bars(title, found.collect())
}

const FONT: &str = "font-family='sans-serif' font-size='12' fill='#222'";

fn bars(title: &str, mut bars: Vec<Bar<'_>>) -> String {
    bars.sort_by(|a, b| b.spread.median.total_cmp(&a.spread.median));
    let most = bars.iter().map(|bar| bar.spread.most).fold(1.0, f64::max);
    let (left, width, row) = (290.0, 390.0, 24.0);
    let height = 40.0 + row * bars.len() as f64;
    let mut svg = opened(780.0, height, title);
    for (index, Bar { name, is_ours, spread }) in bars.iter().enumerate() {
        let top = 34.0 + row * index as f64;
        let at = |value: f64| left + width * value / most;
        let colour = if *is_ours { "#1f6feb" } else { "#9aa4b2" };
        let (middle, end) = (top + 8.0, at(spread.median));
        let _never = writeln!(
            svg,
            "<text x='{x:.0}' y='{y:.0}' text-anchor='end' {FONT}>{name}</text>\
             <rect x='{left:.0}' y='{top:.0}' width='{w:.1}' height='16' fill='{colour}'/>\
             <path d='M{least:.1} {middle:.0}H{reach:.1}' stroke='#222'/>\
             <text x='{label:.1}' y='{y:.0}' {FONT}>{median:.0}</text>",
            x = left - 8.0,
            y = top + 12.0,
            w = end - left,
            least = at(spread.least),
            reach = at(spread.most),
            label = at(spread.most) + 6.0,
            name = escaped(name),
            median = spread.median,
        );
    }
    svg + "</svg>\n"
}

const COLOURS: [&str; 9] =
    ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#0a7ea4", "#bf3989", "#57606a", "#bc4c00"];

/// All in one picture: each as a multiple of its own least value, so that what should be flat lies on the bottom.
fn curves_of(curves: &[&Curve]) -> String {
    let (left, top, width, height) = (60.0, 34.0, 400.0, 300.0);
    let legend = 18.0 * curves.len() as f64;
    let mut svg = opened(780.0, 90.0 + height + legend, "Growth: each cost as a multiple of its least");
    let medians = |curve: &Curve| -> Vec<(f64, f64)> {
        curve.points.iter().filter_map(|(x, all)| Some((*x, Spread::of(all)?.median))).collect()
    };
    let all: Vec<_> = curves.iter().map(|curve| medians(curve)).collect();
    let widest = all.iter().flatten().map(|(x, _)| *x).fold(10.0, f64::max).log10().ceil();
    let relative = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
        let least = points.iter().map(|(_, y)| *y).fold(f64::INFINITY, f64::min);
        points.iter().map(|(x, y)| (x.log10(), (y / least).log10())).collect()
    };
    let all: Vec<_> = all.iter().map(|points| relative(points)).collect();
    let highest = all.iter().flatten().map(|(_, y)| *y).fold(1.0, f64::max).ceil();
    let at = |(x, y): (f64, f64)| (left + width * x / widest, top + height * (1.0 - y / highest));
    for decade in 0..=widest as i32 {
        let (x, _) = at((f64::from(decade), 0.0));
        let _never = writeln!(
            svg,
            "<path d='M{x:.1} {top}V{bottom}' stroke='#ddd'/><text x='{x:.1}' y='{y}' text-anchor='middle' {FONT}>10^{decade}</text>",
            bottom = top + height,
            y = top + height + 16.0,
        );
    }
    for decade in 0..=highest as i32 {
        let (_, y) = at((0.0, f64::from(decade)));
        let _never = writeln!(
            svg,
            "<path d='M{left} {y:.1}H{right}' stroke='#ddd'/><text x='{x}' y='{y:.1}' text-anchor='end' {FONT}>{multiple}×</text>",
            right = left + width,
            x = left - 6.0,
            multiple = 10_i64.pow(u32::try_from(decade).unwrap_or(0)),
        );
    }
    for (index, (curve, points)) in curves.iter().zip(&all).enumerate() {
        let colour = COLOURS.get(index % COLOURS.len()).unwrap_or(&"#222");
        let line: Vec<String> =
            points.iter().map(|point| at(*point)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let y = top + height + 40.0 + 18.0 * index as f64;
        let _never = writeln!(
            svg,
            "<polyline points='{}' fill='none' stroke='{colour}' stroke-width='2'/>\
             <rect x='{left}' y='{:.0}' width='12' height='12' fill='{colour}'/><text x='{}' y='{y:.0}' {FONT}>{}, by {}</text>",
            line.join(" "),
            y - 10.0,
            left + 18.0,
            escaped(&curve.what),
            escaped(&curve.x),
        );
    }
    svg + "</svg>\n"
}

fn opened(width: f64, height: f64, title: &str) -> String {
    let title = escaped(title);
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{width:.0}' height='{height:.0}' viewBox='0 0 {width:.0} {height:.0}'>\n\
         <title>{title}</title><rect width='100%' height='100%' fill='#fff'/>\
         <text x='12' y='20' font-family='sans-serif' font-size='14' font-weight='bold' fill='#222'>{title}</text>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
