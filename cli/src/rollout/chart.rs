//! The picture of a simulation: for each fault, how many machines were hit over time, by the policy and at once.

use plotters::prelude::*;

use super::fault::Fault;
use super::simulate::Course;
use crate::output::thousands;

const WIDTH: u32 = 900;
const HEADING: u32 = 40;
const PANEL: u32 = 240;
const STAGED: RGBColor = RGBColor(0x1f, 0x6f, 0xb4);
const AT_ONCE: RGBColor = RGBColor(0xc0, 0x39, 0x2b);

/// One fault's panel.
#[derive(Debug)]
pub(crate) struct Panel<'a> {
    pub(crate) fault: Fault,
    pub(crate) staged: &'a Course,
    pub(crate) at_once: &'a Course,
}

/// Draws the panels below each other, as SVG. A fault that hit nothing has none.
pub(crate) fn draw(machines: u32, panels: &[Panel<'_>]) -> Result<String, String> {
    let hit = |panel: &&Panel<'_>| panel.staged.hit.max(panel.at_once.hit) > 0;
    let panels: Vec<&Panel<'_>> = panels.iter().filter(hit).collect();
    let mut svg = String::new();
    let count = u32::try_from(panels.len()).unwrap_or(1);
    {
        let size = (WIDTH, HEADING + PANEL * count);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE).map_err(said)?;
        let heading = match count {
            0 => "no machine was hit",
            _ => "machines hit by faulty content; a dot is where it was stopped",
        };
        let area = area.titled(heading, ("sans-serif", 20)).map_err(said)?;
        let places = area.split_evenly((panels.len().max(1), 1));
        for (area, panel) in places.iter().zip(panels) {
            draw_panel(area, machines, panel)?;
        }
        area.present().map_err(said)?;
    }
    Ok(svg)
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw_panel(area: &Area<'_>, machines: u32, panel: &Panel<'_>) -> Result<(), String> {
    let last = |course: &Course| course.hits.last().map_or(0, |hit| hit.0);
    let end = [panel.staged, panel.at_once].map(|course| last(course).max(course.decided));
    let end = end.into_iter().max().unwrap_or(0).max(60);
    let (unit, seconds) = if end < 7_200 {
        ("minutes", 60.0)
    } else {
        ("hours", 3_600.0)
    };
    let time = |it: u64| it as f64 / seconds;
    let caption = format!(
        "{}: {} of {} machines by the policy, {} at once",
        panel.fault,
        thousands(panel.staged.hit.into()),
        thousands(machines.into()),
        thousands(panel.at_once.hit.into())
    );
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 16))
        .margin(8)
        .x_label_area_size(34)
        .y_label_area_size(64)
        .build_cartesian_2d(
            0.0..time(end),
            (1f64..f64::from(machines.max(2))).log_scale(),
        )
        .map_err(said)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(unit)
        .y_desc("machines")
        .x_label_formatter(&|it| it.to_string())
        .y_label_formatter(&|it| thousands(*it as u64))
        .draw()
        .map_err(said)?;
    for (name, course, colour) in [
        ("by the policy", panel.staged, STAGED),
        ("at once", panel.at_once, AT_ONCE),
    ] {
        let points = thin(&course.hits)
            .chain([(end, course.hit)])
            .filter(|point| point.1 > 0)
            .map(|(at, hit)| (time(at), f64::from(hit)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))
            .map_err(said)?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
        let until = course.hits.iter().rev().find(|it| it.0 <= course.decided);
        let dot = until.map(|it| (time(course.decided), f64::from(it.1)));
        chart
            .draw_series(dot.map(|at| Circle::new(at, 4, colour.filled())))
            .map_err(said)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()
        .map_err(said)
}

/// Few enough points for a picture, the first and every hundredth part of the rest.
fn thin(hits: &[(u64, u32)]) -> impl Iterator<Item = (u64, u32)> {
    hits.iter().copied().step_by(hits.len() / 100 + 1)
}
