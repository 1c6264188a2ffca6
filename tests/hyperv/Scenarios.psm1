#Requires -Version 5.1
# Reads scenarios.toml. Only the part of TOML that the file uses: tables of [[scenario]], strings, numbers, lists of strings.
Set-StrictMode -Version 3
# A module does not have its caller's preferences.
$ErrorActionPreference = 'Stop'

function Read-Scenario {
    <#
    .SYNOPSIS
    The scenarios of a file, as objects with Name, Why, Steps, Runs and Starts.
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [string] $Path)

    $text = (Get-Content -LiteralPath $Path) -notmatch '^\s*#' -join "`n"
    foreach ($block in ($text -split '\[\[scenario\]\]' | Select-Object -Skip 1)) {
        if ($block -notmatch '(?s)steps\s*=\s*\[(?<steps>.*?)\]') {
            throw "a scenario without steps: $block"
        }
        $steps = [regex]::Matches($Matches.steps, '"([^"]*)"') | ForEach-Object { $_.Groups[1].Value }
        [pscustomobject]@{
            Name   = Read-Value -Block $block -Key 'name'
            Why    = Read-Value -Block $block -Key 'why'
            Steps  = @($steps)
            Runs   = Read-Value -Block $block -Key 'runs'
            Starts = [int] (Read-Value -Block $block -Key 'starts')
        }
    }
}

function Read-Value {
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)] [string] $Block, [Parameter(Mandatory)] [string] $Key)

    if ($Block -notmatch "(?m)^$Key\s*=\s*`"?(?<value>[^`"\r\n]*)`"?\s*$") {
        throw "a scenario without ${Key}: $Block"
    }
    $Matches.value
}

Export-ModuleMember -Function Read-Scenario
