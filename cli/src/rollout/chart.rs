//! The picture of a simulation: for each fault, how many machines were hit over time, by the policy and at once.

use plotters::prelude::*;

use super::fault::Fault;
use super::simulate::Course;

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

/// Draws the panels below each other, as SVG.
pub(crate) fn draw(machines: u32, panels: &[Panel<'_>]) -> Result<String, String> {
    let mut svg = String::new();
    let count = u32::try_from(panels.len()).unwrap_or(1).max(1);
    {
        let size = (WIDTH, HEADING + PANEL * count);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE).map_err(said)?;
        let heading = format!("machines hit, of {machines}");
        let area = area.titled(&heading, ("sans-serif", 20)).map_err(said)?;
        for (area, panel) in area
            .split_evenly((panels.len().max(1), 1))
            .iter()
            .zip(panels)
        {
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
    let hours = |seconds: u64| seconds as f64 / 3_600.0;
    let last = |course: &Course| course.hits.last().map_or(0, |hit| hit.0);
    let end = [panel.staged, panel.at_once]
        .map(|course| last(course).max(course.decided))
        .into_iter()
        .max();
    let end = hours(end.unwrap_or(0)).max(1.0);
    let caption = format!(
        "{}: {} by the policy, {} at once",
        panel.fault, panel.staged.hit, panel.at_once.hit
    );
    let mut chart = ChartBuilder::on(area)
        .caption(caption, ("sans-serif", 16))
        .margin(8)
        .x_label_area_size(34)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..end, (1f64..f64::from(machines.max(2))).log_scale())
        .map_err(said)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("hours")
        .draw()
        .map_err(said)?;
    for (name, course, colour) in [
        ("by the policy", panel.staged, STAGED),
        ("at once", panel.at_once, AT_ONCE),
    ] {
        let points = thin(&course.hits)
            .chain([(course.decided.max(last(course)), course.hit)])
            .filter(|point| point.1 > 0)
            .map(|(time, hit)| (hours(time), f64::from(hit)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))
            .map_err(said)?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()
        .map_err(said)
}

/// Few enough points for a picture, the first and every hundredth part of the rest.
fn thin(hits: &[(u64, u32)]) -> impl Iterator<Item = (u64, u32)> {
    hits.iter().copied().step_by(hits.len() / 100 + 1)
}
